import Checklists
import Language
import Scoring

/// A diff as text for a terminal: a heading, the numbers in one line, and then what is otherwise, a thing a line.
package enum DiffText {
    /// Hands over line by line. With `allRecords` every record of a change is named, else the first ones.
    package static func write(_ report: DiffReport, allRecords: Bool, to emit: (String) -> Void) throws {
        var report = report
        let diff = report.diff
        func say(_ line: String) { emit(line.printable) }
        let place = report.snapshot.map { ", on snapshot \($0), as of \(diff.new.asOf)" } ?? ""
        say("\(report.subject.rawValue): \(report.oldName) -> \(report.newName)\(place)")
        say(report.summary ?? "nothing changes")
        for caveat in report.caveats { say("note: " + caveat) }
        section("definitions", diff.definitions, say, lines)
        if !report.verdicts.list.isEmpty {
            say("verdicts")
            for change in report.verdicts.list { try write(change, &report.verdicts, allRecords: allRecords, say) }
        }
        section("rates", diff.rates, say) { rate in
            guard let item = rate.item.new ?? rate.item.old else { return [] }
            return [
                "\(rate.partner) \(item.checklist)/\(item.item): \(DiffWords.rate(rate.item.old)) -> \(DiffWords.rate(rate.item.new))"
            ]
        }
        section("dependable rates", diff.scores, say) { change in
            let (old, new) = (DiffWords.score(change.score.old), DiffWords.score(change.score.new))
            return ["\(change.partner) \(DiffWords.function(change.score)): \(old) -> \(new)"]
        }
        section("flags", diff.flags.filter { $0.kind != .kept }, say) { change in
            guard let flag = change.flag.new ?? change.flag.old else { return [] }
            let tier = change.kind == .tier ? "\(change.flag.old?.tier ?? "") -> \(flag.tier)" : flag.tier
            let head = change.kind == .tier ? tier : "\(change.kind.rawValue), \(tier)"
            return ["\(head): \(flag.partner) \(flag.checklist)/\(flag.item) \(DiffWords.kind(flag)): \(flag.sentence)"]
        }
        section("partners", diff.partners, say) { change in
            ["\((change.new ?? change.old)?.id ?? ""): \(DiffWords.partner(change.old)) -> \(DiffWords.partner(change.new))"]
        }
        section("sources", diff.sources, say) { change in
            ["\((change.new ?? change.old)?.id ?? ""): \(DiffWords.source(change.old)) -> \(DiffWords.source(change.new))"]
        }
    }

    private static func section<Thing>(
        _ title: String, _ things: [Thing], _ say: (String) -> Void, _ lines: (Thing) -> [String]
    ) {
        guard !things.isEmpty else { return }
        say(title)
        for line in things.flatMap(lines) { say("  " + line) }
    }

    private static func lines(_ change: DefinitionChange) -> [String] {
        let name = change.item.map { "\(change.checklist)/\($0)" } ?? change.checklist
        let versions = DiffWords.versions(change.oldVersion, change.newVersion)
        let head = "\(change.kind.rawValue): \(name) \(change.title) (\(versions))"
        guard change.kind == .changed else {
            return [head] + change.words.filter { $0.name == "check" }.compactMap { $0.new ?? $0.old }.map { "  " + $0 }
        }
        return [head]
            + change.words.flatMap { words in
                let (old, new) = (words.old ?? "–", words.new ?? "–")
                let isLong = words.name.count + old.count + new.count > 90
                return isLong ? ["  \(words.name): \(old)", "    -> \(new)"] : ["  \(words.name): \(old) -> \(new)"]
            }
    }

    /// Ids a line where all are named.
    private static let idsALine = 20

    private static func write(
        _ change: VerdictChange, _ verdicts: inout VerdictChanges, allRecords: Bool, _ say: (String) -> Void
    ) throws {
        let words =
            "\(DiffWords.verdict(change.from?.rawValue)) -> \(DiffWords.verdict(change.to?.rawValue))"
        let head = "  \(change.partner) \(change.checklist)/\(change.item): \(Figures.count(change.count)) \(words)"
        guard allRecords else {
            let rest = change.count - change.records.count
            let ids = change.records.map { name($0) } + (rest > 0 ? ["\(Figures.count(rest)) more"] : [])
            return say("\(head): \(ids.joined(separator: ", "))")
        }
        say(head + ":")
        var ids: [String] = []
        try verdicts.forEachRecord(of: change) { id in
            ids.append(name(id))
            guard ids.count == idsALine else { return }
            say("    " + ids.joined(separator: ", "))
            ids = []
        }
        if !ids.isEmpty { say("    " + ids.joined(separator: ", ")) }
    }

    private static func name(_ id: String) -> String { id.isEmpty ? "(no customer)" : id }
}
