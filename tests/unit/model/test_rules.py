"""Kubernetes' own examples of right and wrong texts."""

import pytest

from k8stui.model import rules


@pytest.mark.parametrize("text", ["1", "0.5", "500m", "4Gi", "128974848", "129e6", "129M", "1.", ".5", "+1k", "1E"])
def test_amounts(text: str) -> None:
    assert rules.quantity_problem(text) == ""


@pytest.mark.parametrize("text", ["", "Gi", "4 Gi", "4gi", "4GiB", "1,5", "-1", "1K", "4\n"])
def test_no_amounts(text: str) -> None:
    assert rules.quantity_problem(text)


@pytest.mark.parametrize("key", ["app", "app.kubernetes.io/name", "My_Label.x-1", "a" * 63, "x." + "y" * 60 + "/z"])
def test_keys(key: str) -> None:
    assert rules.key_problem(key) == ""


@pytest.mark.parametrize("key", ["", "-a", "a-", "a b", "/a", "a/", "a/b/c", "a" * 64, "x_y/z", "ä", "a" * 254 + "/b"])
def test_no_keys(key: str) -> None:
    assert rules.key_problem(key)


@pytest.mark.parametrize("value", ["", "true", "My_value.1", "a" * 63])
def test_label_values(value: str) -> None:
    assert rules.label_value_problem(value) == ""


@pytest.mark.parametrize("value", ["-a", "a b", "a" * 64, "a/b", "ä", "a\n"])
def test_no_label_values(value: str) -> None:
    assert rules.label_value_problem(value)


@pytest.mark.parametrize("name", ["A", "_a", "my.var-1"])
def test_names_of_variables(name: str) -> None:
    assert rules.env_name_problem(name) == ""


@pytest.mark.parametrize("name", ["", "1A", "A=B", "A B", "Ä"])
def test_no_names_of_variables(name: str) -> None:
    assert rules.env_name_problem(name)


@pytest.mark.parametrize(
    "name",
    [
        "busybox",
        "busybox:1.36",
        "Registry.example.org:5000/team/my__image-x:V1.2_3",
        "localhost/a/b/c@sha256:" + "0a" * 32,
        "[::1]:5000/a:b@sha256:" + "0a" * 32,
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/ml:2024-01-01",
    ],
)
def test_names_of_images(name: str) -> None:
    assert rules.image_problem(name) == ""


@pytest.mark.parametrize(
    "name", ["", "bad image", "Busybox", "a/Busybox", "a:", "a:b:c", "a@sha256:0", "https://a/b", "a//b", "-a", "ä"]
)
def test_no_names_of_images(name: str) -> None:
    assert rules.image_problem(name)


@pytest.mark.parametrize("name", ["a", "a-1", "1a", "a.b.c"])
def test_names_of_objects(name: str) -> None:
    assert rules.dns_subdomain_problem(name) == ""


@pytest.mark.parametrize("name", ["", "A", "a_b", ".a", "a..b", "a-", "a" * 254])
def test_no_names_of_objects(name: str) -> None:
    assert rules.dns_subdomain_problem(name)


def test_a_label_of_dns_has_no_dots_and_63_characters() -> None:
    assert rules.dns_label_problem("a-1") == ""
    assert rules.dns_label_problem("a.b")
    assert rules.dns_label_problem("a" * 64)
