"""Names that people chose, as Kubernetes takes them in object names and label values.

Two different names must never become the same object, and a name that can stay readable should: a digest is added only
where something was lost that could tell two names apart.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable

from k8stui.model import rules

SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""What random suffixes are made of: no vowels, so no words, and nothing that looks like something else."""

SUFFIX_LENGTH = 5

MAX_PIPELINE_SLUG = 40
"""Characters of a pipeline's name in a run's name: room for the suffix and for what is added to the run's name."""

MAX_STEP_SLUG = 30
"""Characters of a step's name in the names of its pods."""

ATTEMPT_DIGITS = 4
"""Room for the number of the attempt at the end of a pod's name."""

_DIGEST = 6


def new_suffix() -> str:
    """A random suffix for the name of a run."""
    return "".join(secrets.choice(SUFFIX_ALPHABET) for _ in range(SUFFIX_LENGTH))


def plain_slug(name: str) -> str:
    """The name in lower-case ASCII letters, digits and single hyphens; empty when nothing of it is left.

    Accents are dropped (`é` is `e`), everything else becomes a hyphen.
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")


def short_slug(name: str, *, limit: int, otherwise: str) -> str:
    """The plain slug, cut to the limit; for names that a random suffix makes unique.

    Args:
        name: What a person chose.
        limit: Most characters.
        otherwise: What to use when nothing of the name is left.
    """
    return plain_slug(name)[:limit].rstrip("-") or otherwise


def run_name(pipeline: str, suffix: str) -> str:
    """The name of a run: the pipeline's and a random suffix, at most 46 characters, an RFC 1123 label."""
    return f"{short_slug(pipeline, limit=MAX_PIPELINE_SLUG, otherwise='pipeline')}-{suffix}"


def pod_prefix(name: str, suffix: str, *, longest_slug: int) -> str:
    """What the names of a run's step pods begin with, so short that each stays within an RFC 1123 label.

    Args:
        name: The pipeline's name, or the prefix that the user chose.
        suffix: The run's random suffix.
        longest_slug: Characters of the longest step slug of the run.
    """
    room = rules.MAX_LABEL - longest_slug - len(suffix) - ATTEMPT_DIGITS - 3
    return f"{short_slug(name, limit=min(room, MAX_PIPELINE_SLUG), otherwise='pipeline')}-{suffix}"


def step_slugs(step_names: Iterable[str], *, mapped: Collection[str] = ()) -> dict[str, str]:
    """The slugs of a run's steps by name: RFC 1123 labels of at most 30 characters, all different.

    A digest of the name stands at the end where the name had to be cut, where nothing of it was left, where another
    step has the same plain slug, and where a mapped step's items (`score-0`, `score-1` …) could be called like another
    step. The same names in the same order always get the same slugs.

    Args:
        step_names: All steps.
        mapped: Those that fall into items.
    """
    wanted = list(step_names)
    plain = {name: plain_slug(name) for name in wanted}
    numbered = {slug.rpartition("-")[0] for slug in plain.values() if slug.rpartition("-")[2].isdecimal()}
    counts: dict[str, int] = {}
    for slug in plain.values():
        counts[slug] = counts.get(slug, 0) + 1
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for name in wanted:
        slug = plain[name]
        unlike_items = name not in mapped or slug not in numbered
        if 0 < len(slug) <= MAX_STEP_SLUG and unlike_items and (counts[slug] == 1 or name == slug):
            slugs[name] = slug
            taken.add(slug)
    for name in wanted:
        length = _DIGEST
        while name not in slugs:
            slug = with_digest(plain[name] or "step", of=name, limit=MAX_STEP_SLUG, length=length)
            length += 1
            if slug not in taken and not (name in mapped and slug in numbered):
                slugs[name] = slug
                taken.add(slug)
    return slugs


def with_digest(text: str, *, of: str, limit: int, length: int = _DIGEST) -> str:
    """The text, cut where needed, a hyphen and a digest of the original name.

    Args:
        text: What the result begins with.
        of: The original name.
        limit: Most characters of the result.
        length: Characters of the digest.
    """
    digest = hashlib.sha256(of.encode("utf-8", "surrogatepass")).hexdigest()[:length]
    return f"{text[: limit - length - 1].rstrip('-_.')}-{digest}"


def label_value(name: str) -> str:
    """The name as a label's value: itself where that is possible, else changed and with a digest.

    Capitals, underscores and dots stay, as users select pods by what they wrote: `-l pipeline=my_pipeline`.
    """
    if name and not rules.label_value_problem(name):
        return name
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    text = re.sub(r"[^A-Za-z0-9_.]+", "-", ascii_name).strip("-_.")
    return with_digest(text or "x", of=name, limit=rules.MAX_LABEL)
