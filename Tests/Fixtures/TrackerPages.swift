/// Writes stories as issues with a changelog, as Jira does: local times with an offset, changes in `changelog.histories[].items[]`,
/// messages in `fields.comment.comments`, the creation only as a field of the issue.
struct TrackerPages {
    static func files(_ stories: [Story]) -> [(name: String, text: String)] {
        var issues = stories.map { issue($0, key: "KC-\($0.number)") }
        // Planted: an issue without a key is rejected and counted.
        if let story = stories.first(where: { $0.closed != nil }) { issues.insert(issue(story, key: nil), at: issues.count / 3) }
        let pages = parts(of: issues, size: 107)
        return pages.enumerated().map { index, issues in
            let next = index + 1 < pages.count ? "kestrel-\(index + 2).json" : nil
            let head: [(String, JSONText)] = [
                ("startAt", .number(index * 107)), ("total", .number(stories.count + 1)), ("next", JSONText(next)),
            ]
            return ("kestrel-\(index + 1).json", page(head, records: "issues", issues))
        }
    }

    private static func issue(_ story: Story, key: String?) -> JSONText {
        let customer = story.customer
        let owner = story.happenings.last { $0.owner != nil }?.owner
        let messages = story.happenings.filter { $0.text != nil && $0.activity != .escalated }
        let changes = story.happenings.filter { ![.customerUpdate, .customerReplied, .escalated].contains($0.activity) }
        var fields: [(String, JSONText)] = [
            ("summary", .text(story.subject)),
            ("issuetype", ["name": story.kind == .escalation ? "Escalation" : "Implementation"]),
            ("priority", ["name": .text(priority(story.severity))]), ("created", .text(story.opened.paris)),
            ("updated", .text((story.happenings.last?.at ?? story.opened).paris)),
            ("resolutiondate", JSONText(story.closed?.paris)),
            ("assignee", owner.map { ["displayName": .text($0.name)] } ?? nil),
            (
                "customer",
                [
                    "id": .text(customer.id), "name": .text(customer.name), "segment": .text(customer.tier.uppercased()),
                    "region": .text(customer.region), "contactBy": .text(customer.preferredChannel),
                ]
            ),
        ]
        if let reason = story.first(.escalated)?.reason { fields.append(("escalationReason", .text(reason))) }
        fields.append(("comment", ["comments": .list(messages.map(comment))]))
        return [
            "id": .text("\(story.number + 10_000)"), "key": JSONText(key), "fields": .object(fields),
            "changelog": ["histories": .list(changes.map { history($0, in: story) })],
        ]
    }

    private static func priority(_ severity: Int) -> String {
        ["Highest", "High", "Medium", "Low"][severity - 1]
    }

    private static func author(_ person: Person) -> JSONText {
        ["accountId": .text(person.id), "displayName": .text(person.name), "accountType": .text(person.party.rawValue)]
    }

    private static func comment(_ happening: Happening) -> JSONText {
        [
            "created": .text(happening.at.paris), "author": author(happening.by), "body": JSONText(happening.text),
            // Only a message that stands alone counts as an update; the others comment a change of status at the same moment.
            "kind": [.customerUpdate, .customerReplied].contains(happening.activity) ? "message" : "note",
            "channel": .text(happening.channel),
        ]
    }

    private static func history(_ happening: Happening, in story: Story) -> JSONText {
        var item: [(String, JSONText)]
        switch happening.activity {
        case .assigned, .reassigned:
            item = [
                ("field", "assignee"), ("from", happening.activity == .assigned ? nil : .text(happening.by.id)),
                ("to", JSONText(happening.owner?.id)), ("team", JSONText(happening.owner?.team)),
            ]
        case .severityLowered:
            item = [
                ("field", "priority"), ("from", .text("\(story.severity)")),
                ("to", .text("\(happening.severity ?? story.severity)")),
            ]
        default:
            let isMilestone = milestones.contains(happening.activity)
            item = [("field", isMilestone ? "Milestone" : "status"), ("toString", .text(status(happening.activity)))]
        }
        if let reason = happening.reason { item.append(("comment", .text(reason))) }
        if let sponsor = happening.sponsor { item.append(("sponsor", .text(sponsor))) }
        return [
            "created": .text(happening.at.paris), "author": author(happening.by), "channel": .text(happening.channel),
            "items": [.object(item)],
        ]
    }

    private static let milestones: [Activity] = [
        .handedOver, .kickedOff, .scopeSigned, .changeRequested, .sponsorMet, .adminsTrained, .acceptanceSigned, .wentLive,
        .rolledBack,
        .supportAccepted, .signedOff, .reviewed, .introduced,
    ]

    /// The tracker's own word for each status and milestone; the mapping in `touchline.yaml` translates it back.
    private static func status(_ activity: Activity) -> String {
        switch activity {
        case .acknowledged: "Acknowledged"
        case .introduced: "Lead introduced"
        case .waitingForCustomer: "Waiting for customer"
        case .waitingForVendor: "Waiting for vendor"
        case .workResumed: "In progress"
        case .resolved: "Resolved"
        case .customerConfirmed: "Confirmed by customer"
        case .reopened: "Reopened"
        case .closed: "Closed"
        case .handedOver: "Sales briefing"
        case .kickedOff: "Kick-off"
        case .scopeSigned: "Scope agreed"
        case .changeRequested: "Change request"
        case .sponsorMet: "Steering committee"
        case .adminsTrained: "Training done"
        case .acceptanceSigned: "UAT accepted"
        case .wentLive: "Go-live"
        case .rolledBack: "Rollback"
        case .supportAccepted: "Support ready"
        case .signedOff: "Customer sign-off"
        case .reviewed: "Review"
        default: "Other"
        }
    }
}
