"""Two editors of one record in any order: against a model that knows every version whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.integration.registers.conftest import ATHENS, Client, Office

FIELDS = ("name", "website", "email")
VALUES: dict[str, list[str | None]] = {
    "name": ["A", "B", "C"],
    "website": [None, "https://a.example", "https://b.example"],
    "email": [None, "a@example.org", "b@example.org"],
}
EDITS = st.fixed_dictionaries({}, optional={f: st.sampled_from(v) for f, v in VALUES.items()})
EDITORS = st.sampled_from([0, 1])


class TwoEditors(RuleBasedStateMachine):
    """Each editor reads now and then, and edits what they read last."""

    office: Office

    @initialize()
    def begin(self) -> None:
        self.editors: list[Client] = [
            self.office.client("municipal_planner"),
            self.office.client("second_planner"),
        ]
        row = self.editors[0].made(
            "/registers/agencies", name="A", legal_form="municipality", area_code=ATHENS
        )
        self.path = f"/registers/agencies/{row['id']}"
        self.versions: list[dict[str, Any]] = [{f: row[f] for f in FIELDS}]
        self.read = [1, 1]
        self.open: list[tuple[str, Any, Any, int]] = []

    @rule(who=EDITORS)
    def look(self, who: int) -> None:
        answer = self.editors[who].get(self.path)
        assert answer.json()["version"] == len(self.versions)
        self.read[who] = len(self.versions)

    @rule(who=EDITORS, edit=EDITS)
    def edit(self, who: int, edit: dict[str, Any]) -> None:
        was, now = self.versions[self.read[who] - 1], self.versions[-1]
        mine = {f: v for f, v in edit.items() if v not in (was[f], now[f])}
        clashing = {f: v for f, v in mine.items() if now[f] != was[f]}
        taken = {f: v for f, v in mine.items() if f not in clashing}
        # Where others changed nothing since, going back to an older value is an edit like any.
        taken |= {f: v for f, v in edit.items() if now[f] == was[f] and v != now[f]}
        answer = self.editors[who].patch(self.path, self.read[who], **edit)
        assert answer.status_code == (409 if clashing else 200), answer.text
        if taken:
            self.versions.append(now | taken)
        for field, other in clashing.items():
            if (field, other, who) not in [(f, o, w) for f, _, o, w in self.open]:
                self.open.append((field, now[field], other, who))
        assert answer.headers["etag"] == f'"v{len(self.versions)}"'

    @precondition(lambda self: self.open)
    @rule(who=EDITORS, take=st.sampled_from(["kept", "other"]), pick=st.integers(0, 9))
    def decide(self, who: int, take: str, pick: int) -> None:
        listed = self.editors[who].get(f"{self.path}/conflicts").json()["items"]
        chosen = listed[pick % len(listed)]
        answer = self.editors[who].post(f"{self.path}/conflicts/{chosen['id']}/resolve", take=take)
        assert answer.status_code == 200, answer.text
        actors = [str(editor.user and editor.user.id) for editor in self.editors]
        key = (chosen["field"], chosen["other"], actors.index(chosen["actor_id"]))
        self.open = [one for one in self.open if (one[0], one[2], one[3]) != key]
        if take == "other" and self.versions[-1][chosen["field"]] != chosen["other"]:
            self.versions.append(self.versions[-1] | {chosen["field"]: chosen["other"]})

    @invariant()
    def nothing_is_lost(self) -> None:
        row = self.editors[0].get(self.path).json()
        assert {f: row[f] for f in FIELDS} == self.versions[-1]
        assert row["version"] == len(self.versions)
        kept = self.editors[0].get(f"{self.path}/conflicts").json()["items"]
        assert sorted((c["field"], str(c["kept"]), str(c["other"])) for c in kept) == sorted(
            (field, str(stood), str(other)) for field, stood, other, _ in self.open
        )

    def teardown(self) -> None:
        """The history read backwards gives every version, down to the first."""
        if not hasattr(self, "versions"):
            return
        state = dict(self.versions[-1])
        changes = self.editors[0].get(f"{self.path}/changes").json()["items"]
        assert [change["version"] for change in changes] == list(range(len(self.versions), 0, -1))
        for change in changes[:-1]:
            assert {f: state[f] for f in change["after"]} == change["after"]
            state |= change["before"]
            assert state == self.versions[change["version"] - 2]


def test_two_editors_in_any_order(office: Office) -> None:
    TwoEditors.office = office
    run_state_machine_as_test(
        TwoEditors,
        settings=settings(
            max_examples=25,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_two_editors_at_the_same_moment(office: Office) -> None:
    one, two = office.client("municipal_planner"), office.client("second_planner")
    for turn in range(10):
        row = one.made("/registers/agencies", name="A", legal_form="ngo", area_code=ATHENS)
        path = f"/registers/agencies/{row['id']}"
        with ThreadPoolExecutor(2) as both:
            first = both.submit(one.patch, path, 1, name=f"One {turn}", website="https://a.example")
            second = both.submit(two.patch, path, 1, name=f"Two {turn}", email="b@example.org")
            statuses = sorted([first.result().status_code, second.result().status_code])
        assert statuses == [200, 409]
        stands = one.get(path).json()
        assert (stands["website"], stands["email"]) == ("https://a.example", "b@example.org")
        kept = one.get(f"{path}/conflicts").json()["items"]
        assert {kept[0]["kept"], kept[0]["other"]} == {f"One {turn}", f"Two {turn}"}
        assert stands["name"] == kept[0]["kept"]
