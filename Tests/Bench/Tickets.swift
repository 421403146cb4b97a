/// Made-up escalations of about 1.2 KB with nine or ten audits each, the same on every machine: what the benches read.
/// Most are handled as the checklist asks, a few in a hundred are not.
struct Tickets {
    private var random = SplitMix64(state: 20_260_101)

    /// One NDJSON line, with its newline.
    mutating func next(id: Int) -> String {
        let opened = 1_767_225_600 + below(26_000_000)
        let severity = below(4)
        let priority = ["urgent", "high", "normal", "low"][severity]
        var audits = ""
        var at = opened
        for (index, step) in story(severity).enumerated() {
            at += step.after
            if index > 0 { audits += "," }
            audits += #"{"created_at":"\#(Self.instant(at))","author_id":\#(below(60)),"via":"email","#
            audits += #""role":"\#(step.activity == "customer_confirmed" ? "customer" : "partner")","value":"\#(step.activity)""#
            if step.hasReason { audits += #","reason":"needs a developer""# }
            audits += "}"
        }
        var line = #"{"id":\#(1_000_000 + id),"url":"https://desk.example/api/v2/tickets/\#(1_000_000 + id).json","#
        line +=
            #""subject":"Order sync stops at the second warehouse","description":"Since the update the nightly job ends after "#
        line += #"\#(below(500)) rows and nobody is told.","priority":"\#(priority)","org_id":\#(below(400)),"#
        line += #""org":"Harbour Foods \#(below(400))","tier":"core","region":"EMEA","group":"P\#(below(40))","#
        line += #""assignee":"agent \#(below(60))","reassignment_count":\#(below(4)),"tags":["sync","warehouse","erp"],"#
        line +=
            #""created_at":"\#(Self.instant(opened))","updated_at":"\#(Self.instant(at))","closed_at":"\#(Self.instant(at))","#
        return line + #""audits":[\#(audits)]}"# + "\n"
    }

    private struct Step {
        let after: Int
        let activity: String
        var hasReason = false
    }

    /// What happens, each so many seconds after the one before; in about a twentieth of the cases one thing goes wrong.
    private mutating func story(_ severity: Int) -> [Step] {
        let fault = below(20) == 0 ? below(6) : -1
        let answer = [900, 5000, 20_000, 20_000][severity]
        var steps = [
            Step(after: 0, activity: "escalated", hasReason: fault != 0),
            Step(after: fault == 1 ? 40_000 : 1 + below(answer), activity: "acknowledged"),
            Step(after: 1 + below(600), activity: "assigned"),
            Step(after: 1 + below(7000), activity: "customer_update"),
            Step(after: 1 + below(3000), activity: "reassigned", hasReason: fault != 2),
            Step(after: 1 + below(7000), activity: "customer_update"),
            Step(after: 1 + below(3000), activity: "resolved"),
        ]
        if fault == 3 { steps.append(Step(after: 1 + below(9000), activity: "reopened")) }
        if fault != 4 { steps.append(Step(after: 1 + below(9000), activity: "review_scheduled")) }
        if fault != 5 { steps.append(Step(after: 1 + below(90_000), activity: "customer_confirmed")) }
        steps.append(Step(after: 1 + below(9000), activity: "closed"))
        return steps
    }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    static let activities = [
        "escalated", "acknowledged", "assigned", "customer_update", "reassigned", "resolved", "reopened", "review_scheduled",
        "customer_confirmed", "closed",
    ]

    /// The mapping that a user would write for them.
    static let mapping = """
        missing: [""]
        map:
          id: 'string(it.id)'
          partner: 'it.group'
          kind: '"escalation"'
          opened: 'timestamp(it.created_at)'
          closed: 'it.?closed_at.optMap(t, timestamp(t))'
          updated: 'timestamp(it.updated_at)'
          severity: {of: 'it.priority', table: {urgent: S1, high: S2, normal: S3}, otherwise: S4}
          customer: {id: 'string(it.org_id)', name: 'it.org', tier: 'it.tier', region: 'it.region'}
          owner: 'it.assignee'
          attributes: {reassignments: 'it.reassignment_count'}
          events:
            - for: [a in it.audits]
              at: 'timestamp(a.created_at)'
              activity: 'a.value'
              actor: {id: 'string(a.author_id)', party: 'a.role'}
              channel: 'a.via'
              attributes: {reason: 'a.reason'}
        """

    /// `2026-01-05T09:00:00Z`, by the civil-from-days algorithm of Howard Hinnant's chrono notes.
    static func instant(_ seconds: Int) -> String {
        let days = seconds / 86400
        let z = days + 719_468
        let era = z / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shifted + 2) / 5 + 1
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let time = seconds % 86400
        return "\(year)-\(two(month))-\(two(day))T\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))Z"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// Sebastiano Vigna's SplitMix64.
struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
