import Checklists
import Scoring

/// A diff as a comment for a pull request on GitHub: the numbers in one line, what matters in tables, the rest folded.
package enum DiffComment {
    /// GitHub takes 65,536 characters.
    private static let limit = 65_000

    package static func text(_ report: DiffReport) -> String {
        let diff = report.diff
        func code(_ text: String) -> String { MarkdownText.code(text) }
        var heading = "### touchline: \(code(report.oldName)) → \(code(report.newName))\n\n"
        heading += "**\(report.summary ?? "Nothing changes.")**\n"
        if let snapshot = report.snapshot {
            heading +=
                "\nNetwork \(MarkdownText.prose(diff.new.network)), on snapshot \(code(snapshot)), as of \(MarkdownText.prose(diff.new.asOf)).\n"
        }
        var comment = BoundedComment(heading, limit: limit)
        var sections = [
            section("Not complete", report.caveats, ["what is known to be less than it seems"], "source is", "sources are") {
                [MarkdownText.prose($0)]
            },
            flags(diff), scores(diff), definitions(diff), verdicts(report), rates(diff),
        ]
        sections += [
            section("Partners", diff.partners, ["partner", "before", "after"], "partner is", "partners are") { change in
                [
                    code((change.new ?? change.old)?.id ?? ""), MarkdownText.prose(DiffWords.partner(change.old)),
                    MarkdownText.prose(DiffWords.partner(change.new)),
                ]
            },
            section("Sources", diff.sources, ["source", "before", "after"], "source is", "sources are") { change in
                [
                    code((change.new ?? change.old)?.id ?? ""), MarkdownText.prose(DiffWords.source(change.old)),
                    MarkdownText.prose(DiffWords.source(change.new)),
                ]
            },
        ]
        comment.add(sections.filter { !$0.rows.isEmpty })
        return comment.text
    }

    private static func section<Thing>(
        _ title: String, _ things: [Thing], folded: Bool = false, _ columns: [String], _ one: String, _ many: String,
        _ row: (Thing) -> [String]
    ) -> BoundedComment.Section {
        BoundedComment.Section(
            title: title, isFolded: folded, columns: columns, rows: things.map(row), one: one, many: many)
    }

    private static func name(_ checklist: String?, _ item: String?) -> String {
        MarkdownText.code([checklist, item].compactMap(\.self).joined(separator: "/"))
    }

    private static func flags(_ diff: AuditDiff) -> BoundedComment.Section {
        let changed = diff.flags.filter { $0.kind != .kept }
        return section("Flags", changed, ["flag", "partner", "item", "kind", "what it says"], "flag is", "flags are") { change in
            let flag = change.flag.new ?? change.flag.old
            let tier = flag?.tier ?? ""
            let what = change.kind == .tier ? "\(change.flag.old?.tier ?? "") → \(tier)" : "\(change.kind.rawValue), \(tier)"
            return [
                MarkdownText.prose(what), MarkdownText.code(flag?.partner ?? ""), name(flag?.checklist, flag?.item),
                MarkdownText.prose(flag.map(DiffWords.kind) ?? ""), MarkdownText.prose(flag?.sentence ?? ""),
            ]
        }
    }

    private static func scores(_ diff: AuditDiff) -> BoundedComment.Section {
        let columns = ["partner", "function", "before", "after"]
        return section("Dependable rates", diff.scores, folded: true, columns, "rate is", "rates are") { change in
            [
                MarkdownText.code(change.partner), MarkdownText.prose(DiffWords.function(change.score)),
                DiffWords.score(change.score.old), DiffWords.score(change.score.new),
            ]
        }
    }

    private static func definitions(_ diff: AuditDiff) -> BoundedComment.Section {
        section("Definitions", diff.definitions, ["", "item", "words"], "definition is", "definitions are") { change in
            let words = change.words.filter { change.kind == .changed || $0.name == "check" }.map { words in
                let said = [words.old, words.new].map { $0.map(MarkdownText.prose) }
                return switch change.kind {
                case .changed: "\(MarkdownText.code(words.name)) \(said[0] ?? "–") → \(said[1] ?? "–")"
                case .added, .removed: said[1] ?? said[0] ?? ""
                }
            }
            let title = MarkdownText.prose("\(change.title) (\(DiffWords.versions(change.oldVersion, change.newVersion)))")
            return [change.kind.rawValue, name(change.checklist, change.item), ([title] + words).joined(separator: "<br>")]
        }
    }

    private static func verdicts(_ report: DiffReport) -> BoundedComment.Section {
        let columns = ["partner", "item", "verdict", "records", "which"]
        return section("Verdicts", report.verdicts.list, folded: true, columns, "row is", "rows are") { change in
            let rest = change.count - change.records.count
            let ids = change.records.map { $0.isEmpty ? "(no customer)" : MarkdownText.code($0) }
            return [
                MarkdownText.code(change.partner), name(change.checklist, change.item),
                "\(DiffWords.verdict(change.from?.rawValue)) → \(DiffWords.verdict(change.to?.rawValue))",
                Figures.count(change.count),
                (ids + (rest > 0 ? ["\(Figures.count(rest)) more"] : [])).joined(separator: ", "),
            ]
        }
    }

    private static func rates(_ diff: AuditDiff) -> BoundedComment.Section {
        section("Rates", diff.rates, folded: true, ["partner", "item", "before", "after"], "rate is", "rates are") { change in
            let item = change.item.new ?? change.item.old
            return [
                MarkdownText.code(change.partner), name(item?.checklist, item?.item), DiffWords.rate(change.item.old),
                DiffWords.rate(change.item.new),
            ]
        }
    }
}
