/// What is planted at one partner, counted from its stories and not from what touchline says of them, so that an audit can be checked
/// against it: for each item of the checklists the records that must fail.
struct PlantedFacts {
    let profile: Profile
    let stories: [Story]

    /// One line of the list: the item, the sentence, and how many of the records that it concerns fail.
    struct Fact {
        let item: String
        let sentence: String
        let fails: (Story) -> Bool
        var concerns: (Story) -> Bool = { _ in true }
    }

    static func readme(_ partners: [PlantedFacts]) -> String {
        let total = partners.reduce(0) { $0 + $1.stories.count }
        var text = """
            # The demo network

            Written by `swift run touchline-fixtures demo fixtures/demo` (all but `touchline.yaml`); running it again gives the same bytes.
            Three partners, \(total) records that can be read, judged as of 2026-11-01: \(partners.map(\.summary).joined(separator: "; ")).

            | files | shape |
            |---|---|
            | `northwind-1.json` … | tickets with audits as in Zendesk; pages linked by `next_page` with relative names; times in UTC |
            | `kestrel-1.json` … | issues with a changelog as in Jira; `next` links; times with `+0100` and `+0200`; the creation is no event of the changelog |
            | `tasman.csv` | one row an event, cases interleaved; day-first times in Sydney without seconds; `?` or nothing where a value is missing; quoted line breaks; CRLF |

            Planted on purpose:

            * **Northwind Services** is the good one, and not perfect.
            * **Kestrel Consulting** acknowledges the S1 and S2 escalations of its smaller customers (tier `growth`) late, and closes a third of its
              implementations without the customer's signature. Its tracker does not record booked reviews, so ESC-12 cannot be observed there.
            * **Tasman Support** performs escalations only. Cases go back and forth between its teams without a reason on record, and solved cases come back.
            * Rejected, and counted as such: a ticket of Northwind whose opening date is `unknown`, an issue of Kestrel without a key, a case of Tasman
              opened on `??/05/2026`; and one event of Tasman on 31 February.

            Counted by the generator, not by touchline: records that must fail, of those that the item concerns (by kind, severity and tier).

            | item | what went wrong | \(partners.map(\.profile.partner).joined(separator: " | ")) |
            |---|---|\(partners.map { _ in "---:" }.joined(separator: "|"))|

            """
        for fact in escalationFacts + implementationFacts {
            text += "| \(fact.item) | \(fact.sentence) | \(partners.map { $0.cell(fact) }.joined(separator: " | ")) |\n"
        }
        return text
    }

    private var summary: String {
        let open = stories.count { $0.closed == nil }
        let projects = stories.count { $0.kind == .implementation }
        return
            "\(profile.partner) \(stories.count) (\(stories.count - projects) escalations, \(projects) implementations; \(open) still open)"
    }

    private func cell(_ fact: Fact) -> String {
        let kind: Story.Kind = fact.item.hasPrefix("ESC") ? .escalation : .implementation
        let concerned = stories.filter { $0.kind == kind && fact.concerns($0) }
        if concerned.isEmpty { return "–" }
        if fact.item == "ESC-12", !profile.recordsReviews { return "not recorded (\(concerned.count))" }
        return "\(concerned.count(where: fact.fails)) of \(concerned.count)"
    }
}

extension Story {
    /// True where `due` passed without the answer, or the answer came too late.
    func misses(_ answer: Happening?, due: Moment) -> Bool {
        answer.map { $0.at > due } ?? (due < Network.asOf)
    }

    func happened(_ activity: Activity, before moment: Moment) -> Bool {
        happenings.contains { $0.activity == activity && $0.at < moment }
    }

    /// The seconds between two moments without the waits for customer and vendor.
    func workingSeconds(from start: Moment, to end: Moment) -> Int {
        var total = 0
        var since: Moment? = start
        for happening in happenings where happening.at >= start && happening.at <= end {
            switch happening.activity {
            case .waitingForCustomer, .waitingForVendor:
                if let moment = since { total += happening.at - moment }
                since = nil
            case .workResumed:
                if since == nil { since = happening.at }
            default: break
            }
        }
        return total + (since.map { end - $0 } ?? 0)
    }

    /// True where two messages of those activities lie further apart than the limit.
    func isSilent(over limit: Int, among activities: [Activity], breaksAfter: Activity? = nil) -> Bool {
        let told = happenings.filter { activities.contains($0.activity) }
        return zip(told, told.dropFirst()).contains { a, b in a.activity != breaksAfter && b.at - a.at > limit }
    }

    /// True where a team gets the case back after another team had it.
    var returnsToTeam: Bool {
        var seen: [String] = []
        for team in happenings.compactMap({ $0.owner?.team }) where team != seen.last {
            if seen.contains(team) { return true }
            seen.append(team)
        }
        return false
    }
}
