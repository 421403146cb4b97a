/// Writes stories as a flat export with one row an event, in the order in which things happened across all cases:
/// day-first local times without seconds, `?` or nothing for what is missing, quoted line breaks, CRLF.
struct CaseExport {
    private static let header = [
        "Case", "Opened", "Closed", "Priority", "Customer No", "Customer", "Segment", "Region", "Prefers", "When", "What", "Who",
        "Side", "Team",
        "Channel", "Why", "Note",
    ]

    static func file(_ stories: [Story]) -> String {
        var rows: [(at: Moment, fields: [String])] = []
        for story in stories {
            for happening in story.happenings { rows.append((happening.at, row(happening, of: story))) }
        }
        rows = rows.enumerated().sorted { a, b in (a.element.at, a.offset) < (b.element.at, b.offset) }.map(\.element)
        var lines = [header] + rows.map(\.fields)
        // Planted: one event and one whole case whose dates cannot be read are rejected and counted.
        if let story = stories.first(where: { $0.closed != nil }),
            var fields = rows.last(where: { $0.fields[0] == "TD-\(story.number)" })?.fields
        {
            fields[9] = "31/02/2026 10:00"
            fields[10] = "Message"
            lines.insert(fields, at: lines.count / 2)
            fields[0] = "TD-5299"
            fields[1] = "??/05/2026"
            lines.insert(fields, at: lines.count / 3)
        }
        return lines.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func quoted(_ field: String) -> String {
        let special = field.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0) }
        guard special else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func row(_ happening: Happening, of story: Story) -> [String] {
        let customer = story.customer
        let actor = happening.owner ?? happening.by
        return [
            "TD-\(story.number)", story.opened.sydney, story.closed?.sydney ?? "", "P\(story.severity)", customer.id,
            customer.name, customer.tier,
            customer.region, customer.preferredChannel, happening.at.sydney, what(happening.activity), actor.id,
            happening.by.party.rawValue,
            actor.team.isEmpty ? "?" : actor.team, happening.channel, happening.reason ?? "?", happening.text ?? "",
        ]
    }

    /// The export's own word; the mapping in `touchline.yaml` translates it back.
    private static func what(_ activity: Activity) -> String {
        switch activity {
        case .escalated: "Escalation raised"
        case .acknowledged: "First answer"
        case .assigned: "Owner set"
        case .reassigned: "Handed over"
        case .customerUpdate: "Message"
        case .customerReplied: "Reply"
        case .waitingForCustomer: "On hold - customer"
        case .waitingForVendor: "On hold - vendor"
        case .workResumed: "Off hold"
        case .severityLowered: "Priority lowered"
        case .resolved: "Solution given"
        case .customerConfirmed: "Customer agrees"
        case .reopened: "Reopened"
        case .reviewScheduled: "Review booked"
        case .closed: "Case closed"
        default: "Other"
        }
    }
}
