"""What a message says of consent: a TCF string, Google Consent Mode, Global Privacy Control.

Absent is never granted; where two signals disagree, the no counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, get_args

import msgspec

from vitrail.consent.signals.tcf import TcString, Unreadable, read_tc_string
from vitrail.model.purposes import ModeKey, Signal

Answer = Literal["granted", "refused"]
_YES: Mapping[object, bool] = {"granted": True, True: True, "denied": False, False: False}
_KEYS: tuple[ModeKey, ...] = get_args(ModeKey)
_TCF_NAMES = ("tcf", "tcString", "tc_string")
_MODE_NAMES = ("googleConsentMode", "consentMode", "google_consent_mode")
GPC = "Global Privacy Control"
OVER = f" over {GPC}"
"""What the method of a yes ends with that was said in the same breath as the browser's no."""
PROOF = 500
"""Letters of a proof that are kept."""


class Heard(msgspec.Struct, frozen=True):
    """The signals of one message; None and empty where it has none."""

    tcf: TcString | None = None
    tc_text: str = ""
    mode: Mapping[ModeKey, bool] = {}
    gpc: bool = False


SILENCE = Heard()


class Told(msgspec.Struct, frozen=True):
    """What signals amount to for one purpose on one channel, by which of them, and what shows it.

    `yes` is what the same message says of this very purpose, where the no is the browser's general one.
    """

    purpose: str
    channel: str
    state: Answer
    method: str
    proof: str
    yes: Told | None = None


def hear(context: Mapping[str, Any]) -> Heard:
    """The signals in the context of a message: `consent` with `tcf`, the keys of Consent Mode; `gpc`.

    A string that cannot be read says nothing.
    """
    said = context.get("consent")
    if said is None and context.get("gpc") is not True:
        return SILENCE
    consent: Mapping[str, Any] = said if isinstance(said, dict) else {}
    text = next((consent[name] for name in _TCF_NAMES if isinstance(consent.get(name), str)), "")
    inner = next((consent[name] for name in _MODE_NAMES if isinstance(consent.get(name), dict)), consent)
    gpc = context.get("gpc") is True or consent.get("gpc") is True
    return Heard(_read(text), text, dict(_mode(inner)), gpc)


def amount_to(heard: Heard, signals: Sequence[Signal]) -> Iterator[Told]:
    """What the signals amount to, by the mapping of the register; nothing where they are silent."""
    for signal in signals:
        answers = [*_by_tcf(heard, signal), *_by_mode(heard, signal)]
        told = None
        if answers:
            state, method, proof = min(answers, key=lambda answer: answer[0] == "granted")
            told = Told(signal.purpose, signal.channel, state, method, proof[:PROOF])
        if heard.gpc and signal.gpc and (told is None or told.state == "granted"):
            told = _refused_by_browser(signal, told)
        if told is not None:
            yield told


def _refused_by_browser(signal: Signal, yes: Told | None) -> Told:
    over = None if yes is None else msgspec.structs.replace(yes, method=yes.method + OVER)
    return Told(signal.purpose, signal.channel, "refused", GPC, "Sec-GPC: 1", over)


def _by_tcf(heard: Heard, signal: Signal) -> Iterator[tuple[Answer, str, str]]:
    if heard.tcf is not None and signal.tcf:
        yes = heard.tcf.purposes.issuperset(signal.tcf)
        yield "granted" if yes else "refused", f"TCF (CMP {heard.tcf.cmp})", heard.tc_text


def _by_mode(heard: Heard, signal: Signal) -> Iterator[tuple[Answer, str, str]]:
    """All keys must be granted for a yes; one that is denied is a no; one that is missing, silence."""
    said = {key: heard.mode[key] for key in signal.consent_mode if key in heard.mode}
    if not said:
        return
    proof = ", ".join(f"{key}={'granted' if yes else 'denied'}" for key, yes in said.items())
    if not all(said.values()):
        yield "refused", "Google Consent Mode", proof
    elif len(said) == len(signal.consent_mode):
        yield "granted", "Google Consent Mode", proof


def _mode(given: Mapping[str, Any]) -> Iterator[tuple[ModeKey, bool]]:
    for key in _KEYS:
        answer = given.get(key)
        if isinstance(answer, (str, bool)) and answer in _YES:
            yield key, _YES[answer]


@lru_cache(maxsize=2_000)
def _read(text: str) -> TcString | None:
    try:
        return read_tc_string(text) if text else None
    except Unreadable:
        return None
