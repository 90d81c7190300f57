"""The addresses of what is decided of people: a split, its undoing, probable duplicates."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.people import done_of, viewer_of, words_for
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.people.merging import decided, split_off
from vitrail.app.people.pairs import keep_apart, merge_pair, pairs, searched
from vitrail.app.people.sight import sight
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.app.written import page_number, whole_number
from vitrail.ledger.audit import Subject
from vitrail.model.errors import refuse

DECIDES = needs("import_data")
PAGE = 10
LONGEST = 300


def decision_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """What is decided of who is who."""

    @post("/people/{key:str}/profiles/split", opt=DECIDES, include_in_schema=False, status_code=303)
    async def split(request: Asked, key: str) -> Response[None]:
        visit = Visit(request, desk.ws)
        fields = await visit.form()
        number, reason = first(fields, "profile"), first(fields, "why")[:LONGEST]
        return see(await run_sync(lambda: split_now(visit, key, number=number, reason=reason)))

    @post("/people/{key:str}/profiles/undo", opt=DECIDES, include_in_schema=False, status_code=303)
    async def undo(request: Asked, key: str) -> Response[None]:
        visit = Visit(request, desk.ws)
        fields = await visit.form()
        return see(await run_sync(lambda: undo_now(visit, key, number=first(fields, "decision"))))

    return [split, undo, *pair_routes(desk)]


def pair_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Probable duplicates: looked for, side by side, decided."""
    looking = Once("duplicates")

    @get("/people/duplicates", opt=DECIDES, include_in_schema=False, sync_to_thread=True)
    def duplicates(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        viewer_of(visit).check_sees()
        found = pairs(desk.ws, page=page_number(visit.asked("page")))
        note(
            desk.ws.store,
            visit.caller.by.act("people.list", Subject("duplicates"), details={"rows": found.waiting}),
        )
        frame = visit.frame(
            visit.speech.say("Probable duplicates"),
            section="people",
            crumbs=(Crumb(visit.speech.say("People"), "/people"),),
            notices=done_of(visit),
        )
        answer = visit.show(
            "duplicates.html",
            frame,
            found=found,
            words=words_for(visit),
            looking=looking.is_busy,
            failed=looking.failed,
            address_of=lambda number: viewer_of(visit).addresses([number], found.source)[0],
        )
        if looking.is_busy:
            answer.headers["Refresh"] = "3"
        return answer

    @post("/people/duplicates", opt=DECIDES, include_in_schema=False, status_code=303)
    async def decide(request: Asked) -> Response[None]:
        visit = Visit(request, desk.ws)
        fields = await visit.form()
        act, keys = first(fields, "act"), (first(fields, "one"), first(fields, "other"))
        if act == "search":
            note(desk.ws.store, visit.caller.by.act("duplicates.search", Subject("people")))
            looking.start(lambda: searched(desk.ws))
            return see("/people/duplicates")
        reason = first(fields, "why")[:LONGEST]
        return see(await run_sync(lambda: decide_now(visit, act, keys=keys, reason=reason)))

    return [duplicates, decide]


def split_now(visit: Visit, key: str, *, number: str, reason: str) -> str:
    """Set a profile apart; answers where to look at what is left."""
    seen = sight(visit.ws, key, viewer=viewer_of(visit))
    wanted = _wanted(number)
    made = split_off(seen, wanted, who=who_of(visit), why=reason)
    act = visit.caller.by.act(
        "profile.split", Subject("profile", str(wanted)), details={"decision": made.decision}
    )
    note(visit.ws.store, act)
    return f"{seen.address}/profiles?done=split"


def undo_now(visit: Visit, key: str, *, number: str) -> str:
    """Take a decision back; answers where to look at what follows."""
    seen = sight(visit.ws, key, viewer=viewer_of(visit))
    wanted = _wanted(number)
    if decided(visit.ws, wanted) is None:
        raise refuse(
            "no_decision",
            path="decision",
            fr="Cette décision a déjà été reprise, ou n’existe pas : rien n’a été changé.",
            en="This decision was taken back already, or does not exist: nothing was changed.",
        )
    visit.ws.undo(wanted, who=who_of(visit))
    note(visit.ws.store, visit.caller.by.act("decision.undo", Subject("decision", str(wanted))))
    return f"{seen.address}/profiles?done=undone"


def decide_now(visit: Visit, act: str, *, keys: tuple[str, str], reason: str) -> str:
    """Say that a pair is one person, or two; answers where the next one waits."""
    if act not in ("merge", "apart"):
        raise refuse(
            "unknown_act",
            path="act",
            fr="Dites s’il s’agit d’une seule personne, ou de deux.",
            en="Say whether it is one person, or two.",
        )
    decide = merge_pair if act == "merge" else keep_apart
    numbers = decide(visit.ws, keys, by=who_of(visit), why=reason)
    name = "profile.merge" if act == "merge" else "profile.keep_apart"
    told = {"other": str(numbers[1])}
    note(visit.ws.store, visit.caller.by.act(name, Subject("profile", str(numbers[0])), details=told))
    return f"/people/duplicates?done={'merged' if act == 'merge' else 'apart'}"


def who_of(visit: Visit) -> str:
    """What the person who decides is called."""
    return visit.caller.signed_in.user.name if visit.caller.signed_in else visit.caller.id


class Once:
    """Something long that is done beside the answers, once at a time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.failed = False

    @property
    def is_busy(self) -> bool:
        """Whether it is being done."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, work: Callable[[], object]) -> None:
        """Begin, unless it is being done already."""
        with self._lock:
            if self.is_busy:
                return
            self.failed = False
            self._thread = threading.Thread(target=self._do, args=(work,), name=self._name, daemon=True)
            self._thread.start()

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # told to who looks at the page, and to the logs
            self.failed = True
            structlog.get_logger().error("background_failure", reason=type(error).__name__)


def _wanted(number: str) -> int:
    """The number of a profile or a decision; for what is no number, one that none has."""
    found = whole_number(number)
    return -1 if found is None else found
