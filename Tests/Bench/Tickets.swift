/// Made-up escalations of about 1.2 KB with nine audits each, the same on every machine: what the benches read.
struct Tickets {
    private var random = SplitMix64(state: 20_260_101)

    /// One NDJSON line, with its newline.
    mutating func next(id: Int) -> String {
        let opened = 1_767_225_600 + Int(random.next() % 26_000_000)
        let priority = ["urgent", "high", "normal", "low"][Int(random.next() % 4)]
        var line =
            #"{"id":\#(1_000_000 + id),"url":"https://desk.example/api/v2/tickets/\#(1_000_000 + id).json","subject":"Order sync stops at the second warehouse","#
        line +=
            #""description":"Since the update the nightly job ends after \#(random.next() % 500) rows and nobody is told. We need it before month end.","#
        line +=
            #""priority":"\#(priority)","org_id":\#(random.next() % 400),"org":"Harbour Foods \#(random.next() % 400)","tier":"key","region":"EMEA","#
        line +=
            #""group":"P\#(random.next() % 40)","assignee":"agent \#(random.next() % 60)","reassignment_count":\#(random.next() % 4),"#
        line +=
            #""tags":["sync","warehouse","erp"],"created_at":"\#(Self.instant(opened))","updated_at":"\#(Self.instant(opened + 500_000))","#
        line += #""closed_at":"\#(Self.instant(opened + 500_000))","audits":["#
        var at = opened
        for (index, activity) in Self.story.enumerated() {
            if index > 0 { line += "," }
            line +=
                #"{"created_at":"\#(Self.instant(at))","author_id":\#(random.next() % 60),"via":"email","role":"\#(index % 3 == 2 ? "customer" : "partner")","value":"\#(activity)"}"#
            at += 600 + Int(random.next() % 9000)
        }
        return line + "]}\n"
    }

    static let story = [
        "escalated", "acknowledged", "owner_assigned", "customer_update", "reassigned", "customer_update", "resolved",
        "customer_confirmed",
        "closed",
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
