extension PlantedFacts {
    /// What must fail of `checklists/implementation.yaml`, said again in Swift.
    static var implementationFacts: [Fact] {
        let isLive: (Story) -> Bool = { $0.count(.wentLive) > 0 }
        return [
            Fact(
                item: "IMP-01", sentence: "kick-off before sales had briefed delivery",
                fails: lacks(.handedOver, before: .kickedOff),
                concerns: { $0.count(.kickedOff) > 0 }),
            Fact(
                item: "IMP-02", sentence: "kick-off later than two weeks after the order",
                fails: { $0.misses($0.first(.kickedOff), due: $0.opened + 14 * day) }),
            Fact(
                item: "IMP-03", sentence: "live without a scope that the customer signed",
                fails: lacks(.scopeSigned, before: .wentLive), concerns: isLive),
            Fact(
                item: "IMP-04", sentence: "live without the customer's own acceptance test",
                fails: lacks(.acceptanceSigned, before: .wentLive),
                concerns: isLive),
            Fact(
                item: "IMP-05", sentence: "live before the administrators were trained",
                fails: lacks(.adminsTrained, before: .wentLive), concerns: isLive),
            Fact(
                item: "IMP-06", sentence: "more than two weeks without news",
                fails: { $0.isSilent(over: 14 * day, among: [.kickedOff, .customerUpdate]) }),
            Fact(
                item: "IMP-07", sentence: "a new project lead was not introduced", fails: isNotIntroduced,
                concerns: { $0.count(.reassigned) > 0 }),
            Fact(
                item: "IMP-08", sentence: "a change was taken up without a sponsor",
                fails: { $0.happenings.contains { $0.activity == .changeRequested && $0.sponsor == nil } },
                concerns: { $0.count(.changeRequested) > 0 }),
            Fact(item: "IMP-09", sentence: "not live within 100 days, waits for the customer not counted", fails: isSlow),
            Fact(
                item: "IMP-10", sentence: "closed without the customer's signature", fails: lacks(.signedOff, before: .closed),
                concerns: { $0.closed != nil }),
            Fact(
                item: "IMP-11", sentence: "live, closed, and support never accepted it",
                fails: { $0.closed != nil && $0.count(.supportAccepted) == 0 },
                concerns: isLive),
            Fact(
                item: "IMP-12", sentence: "no review within 45 days of going live", fails: isNotReviewed, concerns: isLive),
            Fact(
                item: "IMP-13", sentence: "no meeting with the sponsor of a key customer",
                fails: { $0.closed != nil && $0.count(.sponsorMet) == 0 },
                concerns: { $0.customer.tier == "key" }),
            Fact(item: "IMP-14", sentence: "taken back after going live", fails: { $0.count(.rolledBack) > 0 }, concerns: isLive),
        ]
    }

    private static func lacks(_ required: Activity, before trigger: Activity) -> (Story) -> Bool {
        { story in story.first(trigger).map { !story.happened(required, before: $0.at) } ?? false }
    }

    private static func isNotIntroduced(_ story: Story) -> Bool {
        story.happenings.contains { handover in
            guard handover.activity == .reassigned else { return false }
            let introduced = story.happenings.first { $0.activity == .introduced && $0.at > handover.at }
            return story.misses(introduced, due: handover.at + 5 * day)
        }
    }

    private static func isSlow(_ story: Story) -> Bool {
        let end = story.first(.wentLive)?.at ?? Network.asOf
        return story.workingSeconds(from: story.opened, to: end) > 100 * day
    }

    private static func isNotReviewed(_ story: Story) -> Bool {
        guard let live = story.first(.wentLive) else { return false }
        return story.misses(story.first(.reviewed), due: live.at + 45 * day)
    }
}
