"""Pipelines that wait for what this cluster does not have: a GPU, an image, a node for the orchestrator itself."""

from k8stui import KubernetesOrchestratorSettings, container_step, pipeline, step

GPU = KubernetesOrchestratorSettings(
    pod_settings={
        "node_selectors": {"accelerator": "gpu"},
        "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}],
    }
)
BATCH = KubernetesOrchestratorSettings(orchestrator_pod_settings={"node_selectors": {"pool": "batch"}})


@step
def tokenize(texts: int) -> int:
    print(f"{texts} texts, {texts * 180} tokens")
    return texts * 180


@step(settings={"orchestrator": GPU})
def finetune_model(tokens: int) -> str:
    return f"model of {tokens} tokens"


@pipeline
def finetune(texts: int = 3000) -> None:
    finetune_model(tokenize(texts))


score = container_step(name="score", image="models.invalid/team/scorer:1.4", command=["score", "--all"])


@pipeline
def scoring() -> None:
    score()


@pipeline(settings=BATCH)
def reindex(texts: int = 9000) -> None:
    tokenize(texts)
