"""The order of the steps, and who takes each."""

import grpc

import changing
import contributing
import erasing
import looking_back
import next_cycle
import people
import planning
import publishing
import reminding
import reviewing
from client import Somebody


def walk(address, tokens):
    with grpc.insecure_channel(address) as channel:
        role = lambda name: Somebody(channel, (tokens / name).read_text().strip())
        coordinator, contributor, reviewer = role("coordinator"), role("contributor"), role("reviewer")
        publisher, auditor, administrator = role("publisher"), role("auditor"), role("administrator")
        reader = Somebody(channel)

        planning.prepare(coordinator)
        submitted = contributing.hand_in(contributor)
        planning.look_at_matrix(coordinator, contributor)
        reviewing.remark(contributor, reviewer, submitted)
        approved = reviewing.go_over(contributor, reviewer, submitted)
        reviewing.change_after_approval(contributor, reviewer, publisher, approved)
        person = people.add(administrator, coordinator, contributor)
        reviewing.override(contributor, reviewer, person)
        edition = publishing.publish(coordinator, publisher)
        publishing.read(reader, edition)
        reminding.hear(coordinator, person, edition)
        publishing.repair(administrator, contributor, edition)

        next_cycle.roll_forward(coordinator, contributor)
        next_cycle.go_on(coordinator, contributor)
        reminder = reminding.remind(coordinator, contributor, person)
        erasing.erase_contribution(administrator, coordinator, contributor, submitted)
        changing.change(coordinator, contributor)
        erasing.erase_person(administrator, contributor, person, reminder)
        looking_back.read_audit_log(auditor, person, reminder)
