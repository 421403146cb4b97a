extension PlantedFacts {
    private static func limit(_ story: Story, _ bySeverity: [Int]) -> Int {
        bySeverity[story.severity - 1]
    }

    /// What must fail of `checklists/escalation.yaml`, said again in Swift.
    static var escalationFacts: [Fact] {
        let isGrave: (Story) -> Bool = { $0.severity <= 2 }
        let isLate: (Story) -> Bool = { story in
            story.misses(
                story.first(.acknowledged), due: story.opened + limit(story, [30 * minute, 2 * hour, 8 * hour, 8 * hour]))
        }
        return [
            Fact(
                item: "ESC-01", sentence: "no reason for the escalation on record", fails: { $0.happenings.first?.reason == nil }),
            Fact(item: "ESC-02", sentence: "acknowledged late or not at all", fails: isLate),
            Fact(
                item: "ESC-02", sentence: "the same, S1 and S2 of customers of tier `growth`", fails: isLate,
                concerns: { $0.severity <= 2 && $0.customer.tier == "growth" }),
            Fact(
                item: "ESC-02", sentence: "the same, S1 and S2 of all other customers", fails: isLate,
                concerns: { $0.severity <= 2 && $0.customer.tier != "growth" }),
            Fact(
                item: "ESC-03", sentence: "nobody named in charge in time (S1, S2)",
                fails: { $0.misses($0.first(.assigned), due: $0.opened + limit($0, [hour, 4 * hour, day, day])) },
                concerns: isGrave),
            Fact(
                item: "ESC-04", sentence: "a silence longer than allowed",
                fails: {
                    $0.isSilent(
                        over: limit($0, [4 * hour, day, 3 * day, 3 * day]), among: [.acknowledged, .customerUpdate, .resolved],
                        breaksAfter: .resolved)
                }),
            Fact(
                item: "ESC-05", sentence: "severity lowered before it was solved",
                fails: { story in story.first(.severityLowered).map { !story.happened(.resolved, before: $0.at) } ?? false }),
            Fact(item: "ESC-06", sentence: "solved late, waits for customer and vendor not counted", fails: isSolvedLate),
            Fact(
                item: "ESC-07", sentence: "closed without the customer's confirmation or five quiet days",
                fails: isClosedUnconfirmed),
            Fact(item: "ESC-08", sentence: "came back after it was solved", fails: { $0.count(.reopened) > 0 }),
            Fact(item: "ESC-09", sentence: "went back to a team that had given it away", fails: { $0.returnsToTeam }),
            Fact(
                item: "ESC-10", sentence: "handed over without a reason",
                fails: { $0.happenings.contains { $0.activity == .reassigned && $0.reason == nil } },
                concerns: { $0.count(.reassigned) > 0 }),
            Fact(
                item: "ESC-11", sentence: "the customer was asked to wait three times or more",
                fails: { $0.count(.waitingForCustomer) > 2 }),
            Fact(
                item: "ESC-12", sentence: "no review booked in time (S1, S2 solved)", fails: isNotReviewed,
                concerns: { $0.severity <= 2 && $0.count(.resolved) > 0 }),
            Fact(
                item: "ESC-13", sentence: "a key customer was not called (S1)",
                fails: {
                    $0.closed != nil && !$0.happenings.contains { $0.activity == .customerUpdate && $0.channel == "phone" }
                },
                concerns: { $0.severity == 1 && $0.customer.tier == "key" }),
        ]
    }

    private static func isSolvedLate(_ story: Story) -> Bool {
        let end = story.first(.resolved)?.at ?? Network.asOf
        return story.workingSeconds(from: story.opened, to: end) > limit(story, [8 * hour, day, 5 * day, 10 * day])
    }

    private static func isClosedUnconfirmed(_ story: Story) -> Bool {
        guard let closed = story.closed, let solved = story.happenings.last(where: { $0.activity == .resolved }) else {
            return false
        }
        return !story.happened(.customerConfirmed, before: closed) && closed - solved.at < 5 * day
    }

    private static func isNotReviewed(_ story: Story) -> Bool {
        guard let solved = story.happenings.last(where: { $0.activity == .resolved }) else { return false }
        let booked = story.happenings.first { $0.activity == .reviewScheduled && $0.at > solved.at }
        return story.misses(booked, due: solved.at + limit(story, [3 * day, 7 * day, 7 * day, 7 * day]))
    }
}
