"""Facts into one sentence, or into a list where a sentence would be long or could be read two ways."""

from __future__ import annotations

from collections.abc import Sequence

from vitrail.language.sentences.facts import Arrangement, Fact, Group
from vitrail.language.sentences.scene import Clause, Scene

_LONGEST = 280


def sentence(node: Arrangement, scene: Scene, *, indent: str = "") -> str:
    """The whole text: one line, or a header and an indented list."""
    if isinstance(node, Fact):
        return alone(scene.speak(node, scene), scene)
    if _fits(node) and len(text := inline(node, scene)) <= _LONGEST:
        return text
    inner = f"{indent}  "
    items = [f"\n{inner}– {sentence(part, scene, indent=inner)}" for part in node.parts]
    return scene.wording.headers[node.kind] + "".join(items)


def alone(clause: Clause, scene: Scene) -> str:
    """A clause that is a sentence by itself."""
    text = f"{clause.subject} {clause.predicate}" if clause.subject else clause.predicate
    if clause.detail:
        return f"{text}{scene.wording.colon}{clause.detail}"
    return f"{text},{scene.wording.disj}{clause.doubt}" if clause.doubt else text


def inline(node: Arrangement, scene: Scene) -> str:
    """The facts in one line; what could be read two ways is set off."""
    if isinstance(node, Fact):
        return _clauses([node], scene)[0]
    match node.kind:
        case "none" | "not_all":
            inner = Group("any" if node.kind == "none" else "all", node.parts)
            return f"{scene.wording.false_that} ({inline(inner, scene)})"
        case "all":
            return _all(node, scene)
        case "any":
            return _any(node, scene)


def joined(clause: Clause, scene: Scene) -> str:
    """A clause as it stands inside a sentence."""
    return f"{_subject(clause, scene)} {clause.predicate}".strip() + _aside(clause, scene)


def is_simple(node: Arrangement) -> bool:
    """Whether one line says it clearly: at most one group inside, of tests alone."""
    if isinstance(node, Fact):
        return True
    groups = [part for part in node.parts if isinstance(part, Group)]
    return node.kind in ("all", "any") and len(groups) <= 1 and all(_is_set_off(each) for each in groups)


def is_flat(node: Arrangement, scene: Scene) -> bool:
    """Whether it is one test, or tests in a row with one `and` or one `or`."""
    if isinstance(node, Fact):
        return True
    if node.kind not in ("all", "any") or not all(isinstance(part, Fact) for part in node.parts):
        return False
    return node.kind == "all" or not any(_is_joined(text, scene) for text in _clauses(node.parts, scene))


def _fits(group: Group) -> bool:
    tests = sum(len(part.parts) if isinstance(part, Group) else 1 for part in group.parts)
    return is_simple(group) and len(group.parts) <= 3 and tests <= 4


def _is_set_off(group: Group) -> bool:
    most = {"any": 3, "all": 2}.get(group.kind, 0)
    return len(group.parts) <= most and all(isinstance(part, Fact) for part in group.parts)


def _split(group: Group) -> tuple[list[Fact], list[Group]]:
    facts = [part for part in group.parts if isinstance(part, Fact)]
    return facts, [part for part in group.parts if isinstance(part, Group)]


def _all(group: Group, scene: Scene) -> str:
    facts, groups = _split(group)
    texts = _clauses(facts, scene)
    if len(groups) == 1 and is_simple(group):
        last = _either([*_clauses(groups[0].parts, scene, shared=False)], scene)
        return f"{', '.join(texts)},{scene.wording.conj}{last}"
    return _listed(
        [*texts, *(f"({inline(each, scene)})" for each in groups)], scene, joint=scene.wording.conj
    )


def _any(group: Group, scene: Scene) -> str:
    facts, groups = _split(group)
    texts = _clauses(facts, scene, shared=False)
    if len(groups) == 1 and is_simple(group):
        pair = scene.wording.conj.join(_clauses(groups[0].parts, scene))
        return _either([*texts, f"{scene.wording.both}{pair}"], scene)
    if not groups and any(_is_joined(text, scene) for text in texts):
        return _either(texts, scene)
    bracketed = [f"({inline(each, scene)})" for each in groups]
    return _listed([*_clauses(facts, scene), *bracketed], scene, joint=scene.wording.disj)


def _either(texts: list[str], scene: Scene) -> str:
    first, other = scene.wording.either
    long = not other.startswith(",") and any(_is_joined(text, scene) for text in texts)
    return first + (f",{other}" if long else other).join(texts)


def _listed(texts: list[str], scene: Scene, *, joint: str) -> str:
    if len(texts) == 1:
        return texts[0]
    comma = "," if any(_is_joined(text, scene) for text in texts) else ""
    return f"{', '.join(texts[:-1])}{comma}{joint}{texts[-1]}"


def _is_joined(text: str, scene: Scene) -> bool:
    return any(joint in text for joint in scene.wording.joints)


def _clauses(facts: Sequence[Arrangement], scene: Scene, *, shared: bool = True) -> list[str]:
    """The clauses, each without its subject where the one before has the same."""
    texts, before = [], ""
    for fact in facts:
        assert isinstance(fact, Fact)
        clause = scene.speak(fact, scene)
        subject = _subject(clause, scene)
        words = clause.predicate if shared and subject == before else f"{subject} {clause.predicate}".strip()
        texts.append(words + _aside(clause, scene))
        before = subject
    return texts


def _subject(clause: Clause, scene: Scene) -> str:
    if scene.leads is None:
        return clause.subject
    own, other = scene.leads
    return f"{own}{clause.bare}" if clause.owned else f"{other}{clause.subject}".rstrip()


def _aside(clause: Clause, scene: Scene) -> str:
    if clause.detail:
        return f" ({clause.detail})"
    return f" ({scene.wording.disj.lstrip()}{clause.doubt})" if clause.doubt else ""
