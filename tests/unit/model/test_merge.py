"""Layers of settings: dictionaries by key at every depth, lists and everything else replaced, the inner one wins."""

from k8stui.model.config import KubernetesOrchestratorConfig
from k8stui.model.settings import KubernetesOrchestratorSettings, merge

Settings = KubernetesOrchestratorSettings


def pods(outer: dict[str, object], inner: dict[str, object]) -> dict[str, object]:
    merged = merge(Settings(pod_settings=outer), Settings(pod_settings=inner))
    found: dict[str, object] = merged.explicit().get("pod_settings", {})
    return found


def test_the_inner_layer_wins_and_leaves_what_it_does_not_set() -> None:
    merged = merge(Settings(timeout=1, max_parallelism=2), Settings(timeout=3))
    assert merged.explicit() == {"timeout": 3, "max_parallelism": 2}


def test_three_layers_from_the_configuration_to_the_step() -> None:
    config = KubernetesOrchestratorConfig(timeout=1, privileged=True, max_parallelism=9, kubernetes_namespace="ml")
    merged = merge(config, Settings(timeout=2, max_parallelism=8), Settings(timeout=3))
    assert merged.explicit() == {"timeout": 3, "privileged": True, "max_parallelism": 8}


def test_missing_layers_are_passed_over() -> None:
    assert merge(None, Settings(timeout=1), None).explicit() == {"timeout": 1}


def test_a_value_equal_to_the_default_wins_as_well() -> None:
    assert merge(Settings(timeout=5), Settings(timeout=0)).effective().timeout == 0


def test_none_goes_back_to_the_default() -> None:
    assert merge(Settings(max_parallelism=5), Settings(max_parallelism=None)).effective().max_parallelism == 0


def test_dictionaries_are_merged_by_key() -> None:
    merged = pods({"node_selectors": {"a": "1", "b": "1"}}, {"node_selectors": {"b": "2", "c": "2"}})
    assert merged == {"node_selectors": {"a": "1", "b": "2", "c": "2"}}


def test_dictionaries_are_merged_at_every_depth() -> None:
    merged = pods({"resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}, {"resources": {"requests": {"cpu": "2"}}})
    assert merged == {"resources": {"requests": {"cpu": "2", "memory": "1Gi"}}}


def test_spellings_do_not_matter_for_merging() -> None:
    merged = pods(
        {"container_security_context": {"run_as_user": 1, "run_as_group": 1}},
        {"containerSecurityContext": {"runAsUser": 2}},
    )
    assert merged == {"container_security_context": {"runAsUser": 2, "runAsGroup": 1}}


def test_lists_are_replaced() -> None:
    assert pods({"tolerations": [{"key": "a"}]}, {"tolerations": [{"key": "b"}]}) == {"tolerations": [{"key": "b"}]}
    assert pods({"tolerations": [{"key": "a"}]}, {"tolerations": []}) == {"tolerations": []}


def test_merging_changes_neither_layer() -> None:
    outer, inner = Settings(pod_settings={"labels": {"a": "1"}}), Settings(pod_settings={"labels": {"b": "2"}})
    merge(outer, inner)
    assert outer.explicit() == {"pod_settings": {"labels": {"a": "1"}}}
    assert inner.explicit() == {"pod_settings": {"labels": {"b": "2"}}}
