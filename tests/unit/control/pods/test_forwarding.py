"""Which ports are meant, and which a pod declares."""

from __future__ import annotations

import pytest

from k8stui.control.pods.forwarding import Ports, declared_ports, parse_ports
from k8stui.model.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "ports"),
    [("8080:80", Ports(8080, 80)), (":80", Ports(0, 80)), ("0:80", Ports(0, 80)), (" 80 ", Ports(80, 80))],
)
def test_ports_are_written_as_kubectl_takes_them(text: str, ports: Ports) -> None:
    assert parse_ports(text) == ports


@pytest.mark.parametrize("text", ["", "x", "80:", ":0", "80:x", "70000:80", "80:70000", "-1:80", "1:2:3"])
def test_what_names_no_ports_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="names no ports"):
        parse_ports(text)


def test_only_declared_tcp_ports_are_offered() -> None:
    ports = [{"containerPort": 53, "protocol": "UDP"}, {"containerPort": 8080}]
    assert declared_ports({"spec": {"containers": [{}, {"ports": ports}]}}) == [8080]
