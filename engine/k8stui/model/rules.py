"""Kubernetes' rules for the texts inside manifests, each as a function that says what is wrong.

They are checked before anything is sent, because the server's answer to a wrong label comes late (when the master
creates a step's pod) and doesn't name the setting. Sources: the pages "Labels and Selectors", "Annotations", "Object
Names and IDs" and "Quantity" of the Kubernetes documentation; for images the grammar of the `distribution` project.
"""

from __future__ import annotations

import re

MAX_LABEL = 63
"""Characters of a label's value, of the name part of its key, and of an RFC 1123 label."""

MAX_SUBDOMAIN = 253
"""Characters of an RFC 1123 subdomain, which most object names are."""

_QUALIFIED = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_DNS_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_DNS_SUBDOMAIN = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_ENV_NAME = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_QUANTITY = re.compile(r"\+?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?")
_IMAGE = re.compile(
    r"(?:(?:[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::\w[-\w.]{0,127})?(?:@[A-Za-z][-A-Za-z0-9+._]*:[0-9a-fA-F]{32,})?",
    re.ASCII,
)

_LABEL_TEXT = "letters, digits, '-', '_' and '.', beginning and ending with a letter or digit"


def key_problem(key: str) -> str:
    """What is wrong with the key of a label or annotation; empty when nothing is."""
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > MAX_SUBDOMAIN or not _DNS_SUBDOMAIN.fullmatch(prefix.lower())):
        return "the part before '/' must be a DNS name such as example.com"
    if len(name) > MAX_LABEL:
        return f"its name has {len(name)} characters, {MAX_LABEL} are allowed"
    if not _QUALIFIED.fullmatch(name):
        return f"a key consists of {_LABEL_TEXT}"
    return ""


def label_value_problem(value: str) -> str:
    """What is wrong with the value of a label; empty when nothing is."""
    if len(value) > MAX_LABEL:
        return f"it has {len(value)} characters, {MAX_LABEL} are allowed"
    if value and not _QUALIFIED.fullmatch(value):
        return f"a label's value consists of {_LABEL_TEXT}"
    return ""


def env_name_problem(name: str) -> str:
    """What is wrong with the name of an environment variable; empty when nothing is."""
    if _ENV_NAME.fullmatch(name):
        return ""
    return "the name of a variable consists of letters, digits, '_', '-' and '.', and does not begin with a digit"


def quantity_problem(text: str) -> str:
    """What is wrong with an amount of a resource; empty when nothing is."""
    if _QUANTITY.fullmatch(text):
        return ""
    return "an amount is a number with one of the units m, k, M, G, T, Ki, Mi, Gi, Ti or none, such as 500m or 4Gi"


def image_problem(name: str) -> str:
    """What is wrong with the name of an image; empty when nothing is."""
    if _IMAGE.fullmatch(name):
        return ""
    return "an image is [REGISTRY/]NAME[:TAG][@DIGEST], its name in lower case and without spaces"


def dns_label_problem(name: str) -> str:
    """What is wrong with an RFC 1123 label; empty when nothing is."""
    if len(name) > MAX_LABEL:
        return f"it has {len(name)} characters, {MAX_LABEL} are allowed"
    if not _DNS_LABEL.fullmatch(name):
        return "a name consists of lower-case letters, digits and '-', beginning and ending with a letter or digit"
    return ""


def dns_subdomain_problem(name: str) -> str:
    """What is wrong with the name of most kinds of objects; empty when nothing is."""
    if len(name) > MAX_SUBDOMAIN:
        return f"it has {len(name)} characters, {MAX_SUBDOMAIN} are allowed"
    if not _DNS_SUBDOMAIN.fullmatch(name):
        return "a name consists of lower-case letters, digits, '-' and '.', beginning and ending with a letter or digit"
    return ""
