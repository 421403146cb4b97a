import Checklists
import Fetching
import Language
import Timelines

/// What a probe says.
struct ProbeReport {
    let source: AuditPlan.PlannedSource
    let page: ProbedPage
    /// That of the page, or of what made it unreadable, or of its children.
    let outcome: Outcome
    private let activities: ActivityTable
    private let checklists: [Wanted]
    private var findings: ProbeFindings { page.findings }

    /// A checklist, and what it knows of that the page told and did not tell.
    private struct Wanted {
        let id: String
        let function: String?
        /// Records on the page that it judges by their function.
        let records: Int
        /// Activities that the mapping can give, and the page did not tell of; and those that it never gives.
        let unseen: [String]
        let never: [String]
    }

    init(plan: AuditPlan, planned: AuditPlan.PlannedSource, probed: ProbedPage) {
        source = planned
        page = probed
        activities = plan.activities
        let findings = probed.findings
        if let failure = findings.failure {
            outcome = findings.recordCount > 0 ? .partial(failure.reason) : .failed(failure.reason)
        } else if probed.outcome == .complete, let problem = findings.children?.problem {
            outcome = .partial(problem)
        } else {
            outcome = probed.outcome
        }
        checklists = Checklist.newest(of: plan.checklists).map { checklist in
            let missing = checklist.activityNames.filter { findings.activities[$0] == nil }
            return Wanted(
                id: checklist.id, function: checklist.function,
                records: checklist.function.map { findings.functions[$0] ?? 0 } ?? findings.recordCount,
                unseen: missing.filter(planned.mapping.producible.contains),
                never: missing.filter { !planned.mapping.producible.contains($0) })
        }
    }

    /// Sorted by name.
    private var seen: [(activity: String, events: Int, isKnown: Bool)] {
        findings.activities.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            ($0.key, $0.value, activities.symbol(of: $0.key) != ActivityTable.unknown)
        }
    }

    /// The records that are shown. What people write to one another stays between them.
    private var shown: [ServiceRecord] {
        findings.records.map { record in
            var record = record
            for index in record.events.indices {
                if let text = record.events[index].text {
                    record.events[index].text = AuditSummary.count(text.count, "character")
                }
            }
            return record
        }
    }

    // MARK: In words

    /// How many of a kind are named; JSON has all.
    private static let mostNamed = 20
    private static let mostEvents = 15

    var text: String {
        let lines = head + recordLines + problemLines + activityLines + unusedLines
        return lines.map(\.printable).joined(separator: "\n")
    }

    private var head: [String] {
        var lines = [
            "source '\(source.source.id)' is \(outcome.name)" + (outcome.reason.map { ": \($0.code): \($0.message)" } ?? "")
        ]
        if let summary = page.summary {
            lines.append("page 1: \(summary.url), \(summary.byteCount) bytes" + (page.hasMorePages ? "; more pages follow" : ""))
        }
        if page.isLong { lines.append("page 1 is long: only its beginning was read") }
        var counts = "\(AuditSummary.count(findings.rowCount, source.mapping.isGrouped ? "row" : "record")) on the page, "
        counts += "\(findings.recordCount) mapped, \(AuditSummary.count(findings.eventCount, "event"))"
        if let children = findings.children { counts += "; \(AuditSummary.count(children.pages, "page")) of children" }
        lines.append(counts)
        return lines + findings.warnings.sorted().map { "note: " + $0 }
    }

    private var recordLines: [String] {
        shown.flatMap { record -> [String] in
            var facts = ["kind": record.kind, "function": record.function, "severity": record.severity, "owner": record.owner]
                .compactMapValues(\.self)
            facts["partner"] = record.partner
            facts["opened"] = record.opened?.description
            facts["closed"] = record.closed?.description
            facts["updated"] = record.updated?.description
            let customer = [
                ("id", record.customer.id), ("name", record.customer.name), ("tier", record.customer.tier),
                ("region", record.customer.region), ("preferred_channel", record.customer.preferredChannel),
            ]
            for (name, value) in customer { facts["customer.\(name)"] = value }
            for (name, value) in record.attributes.entries { facts["attributes.\(name)"] = Self.text(of: value) }
            let names = facts.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            var lines = ["", "record '\(record.id)'"]
            lines += names.map { "  \($0): \(facts[$0] ?? "")" }
            lines += record.events.prefix(Self.mostEvents).map { "  - " + Self.line(of: $0) }
            if record.events.count > Self.mostEvents { lines.append("  - and \(record.events.count - Self.mostEvents) more") }
            return lines
        }
    }

    private static func line(of event: Event) -> String {
        var parts = [event.at.description, event.activity]
        let who = [event.actor.id.map { "by \($0)" }, event.actor.role, event.actor.party.map { "(\($0.rawValue))" }]
        parts += who.compactMap(\.self)
        if let channel = event.channel { parts.append("channel: \(channel)") }
        parts += event.attributes.entries.map { "\($0.name): \(text(of: $0.value))" }
        if let text = event.text { parts.append("text: \(text)") }
        return parts.joined(separator: " ")
    }

    private static func text(of value: Value) -> String {
        if case .string(let text) = value { return text }
        var writer = JSONWriter()
        writer.value(value)
        return writer.text
    }

    private var problemLines: [String] {
        guard !findings.problems.isEmpty else { return [] }
        var lines = ["", "could not be mapped"]
        lines += findings.problems.prefix(Self.mostNamed).map { problem in
            "  \(problem.what): no \(problem.field): \(problem.why) (\(AuditSummary.count(problem.count, "time")), "
                + "first at page \(problem.place.page), \(problem.place.pointer))"
        }
        let rest = findings.problems.count - Self.mostNamed
        if rest > 0 { lines.append("  and \(rest) more") }
        return lines
    }

    private var activityLines: [String] {
        var lines = ["", "activities"]
        lines += seen.map { activity in
            "  \(activity.activity): \(AuditSummary.count(activity.events, "event"))"
                + (activity.isKnown ? "" : ", which no checklist knows")
        }
        lines += findings.unnamed.prefix(Self.mostNamed).map {
            "  the table of '\($0.field)' does not name '\($0.value)': \(AuditSummary.count($0.count, "time"))"
        }
        if findings.unnamed.count > Self.mostNamed {
            lines.append("  and \(findings.unnamed.count - Self.mostNamed) values more that no table names")
        }
        for wanted in checklists {
            lines.append("  checklist '\(wanted.id)': \(AuditSummary.count(wanted.records, "record")) of its function")
            // What it would want of them says nothing yet.
            guard wanted.records > 0 else { continue }
            if !wanted.unseen.isEmpty { lines.append("    not on this page: " + wanted.unseen.joined(separator: ", ")) }
            if !wanted.never.isEmpty {
                lines.append(
                    "    given by nothing in the mapping, and so not observable: " + wanted.never.joined(separator: ", "))
            }
        }
        return lines
    }

    private var unusedLines: [String] {
        guard !findings.unused.isEmpty else { return [] }
        return [
            "", "used by nothing, of \(AuditSummary.count(findings.shapedRows, source.mapping.isGrouped ? "row" : "record"))",
        ]
            + findings.unused.map {
                "  \($0.path): \(AuditSummary.count($0.count, "time")), \($0.kinds.joined(separator: " or "))"
            }
    }

    // MARK: As JSON

    var json: String {
        var writer = JSONWriter(pretty: true)
        writer.object { probe in
            probe.field("touchline", "probe/1")
            probe.field("source", source.source.id)
            probe.field("outcome", outcome.name)
            probe.field("reason", outcome.reason.map { "\($0.code): \($0.message)" })
            probe.key("page")
            if let summary = page.summary {
                probe.object { page in
                    page.field("url", summary.url)
                    page.field("bytes", summary.byteCount)
                    page.field("sha256", summary.sha256)
                }
            } else {
                probe.null()
            }
            probe.field("more_pages", page.hasMorePages)
            probe.field("rows", findings.rowCount)
            probe.field("mapped", findings.recordCount)
            probe.field("events", findings.eventCount)
            probe.field("child_pages", findings.children?.pages)
            probe.key("records")
            probe.array { records in for record in shown { CanonicalRecord.write(record, into: &records) } }
            writeProblems(into: &probe)
            writeActivities(into: &probe)
            probe.key("unused")
            probe.array { fields in
                for field in findings.unused {
                    fields.object { object in
                        object.field("path", field.path)
                        object.field("count", field.count)
                        Self.write(field.kinds, as: "kinds", into: &object)
                    }
                }
            }
        }
        return writer.text
    }

    private func writeProblems(into writer: inout JSONWriter) {
        writer.key("problems")
        writer.array { problems in
            for problem in findings.problems {
                problems.object { object in
                    object.field("what", problem.what)
                    object.field("field", problem.field)
                    object.field("why", problem.why)
                    object.field("count", problem.count)
                    object.field("page", problem.place.page)
                    object.field("pointer", problem.place.pointer)
                }
            }
        }
        Self.write(findings.warnings.sorted(), as: "notes", into: &writer)
    }

    private func writeActivities(into writer: inout JSONWriter) {
        writer.key("activities")
        writer.array { activities in
            for activity in seen {
                activities.object { object in
                    object.field("activity", activity.activity)
                    object.field("events", activity.events)
                    object.field("known", activity.isKnown)
                }
            }
        }
        writer.key("unnamed")
        writer.array { values in
            for value in findings.unnamed {
                values.object { object in
                    object.field("field", value.field)
                    object.field("value", value.value)
                    object.field("count", value.count)
                }
            }
        }
        writer.key("checklists")
        writer.array { checklists in
            for wanted in self.checklists {
                checklists.object { object in
                    object.field("id", wanted.id)
                    object.field("function", wanted.function)
                    object.field("records", wanted.records)
                    Self.write(wanted.unseen, as: "unseen", into: &object)
                    Self.write(wanted.never, as: "never", into: &object)
                }
            }
        }
    }

    private static func write(_ texts: [String], as key: String, into writer: inout JSONWriter) {
        writer.key(key)
        writer.array { list in for text in texts { list.string(text) } }
    }
}
