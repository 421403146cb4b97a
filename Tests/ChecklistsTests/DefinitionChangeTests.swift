import Language
import Testing

@testable import Checklists

/// What changes from one set of checklists to another, in words.
struct DefinitionChangeTests {
    private static let base = """
        touchline: checklist/1
        id: t
        title: T
        version: 1.0.0
        clock: elapsed
        activities: [a, b]
        define: {early: 'event.activity == "a" && event.channel == "phone"'}
        values: {severity: [S1, S2]}
        items:
          - {id: I, title: One, check: {response: {after: a, expect: b, within: 1h}}}
          - id: J
            title: Two
            why: >
              Because
              it is.
            target: 0.9
            when: 'severity == "S1"'
            check: {existence: early}

        """

    private func changes(_ old: [String], _ new: [String]) -> [String] {
        let (before, after) = (VersionTests.load(old), VersionTests.load(new))
        #expect(
            !before.diagnostics.hasErrors && !after.diagnostics.hasErrors,
            "\(before.diagnostics.sorted)\(after.diagnostics.sorted)")
        return DefinitionChange.changes(from: before.checklists, to: after.checklists).map { change in
            let words = change.words.map { "\($0.name): \($0.old ?? "-") -> \($0.new ?? "-")" }
            return "\(change.kind.rawValue) \(change.item ?? "checklist") \(change.oldVersion ?? "-") \(change.newVersion ?? "-")"
                + (words.isEmpty ? "" : "; ") + words.joined(separator: "; ")
        }
    }

    @Test(
        arguments: [
            // Written otherwise, and the same.
            ("title: One,", "title: 'One' ,", []), ("touchline: checklist/1", "# Ours.\ntouchline: checklist/1", []),
            ("      Because\n      it is.", "      Because it\n      is.", []), ("target: 0.9", "target: 0.90", []),
            ("{id: I, title: One,", "{id: I, level: major, weight: 1, title: One,", []),
            // An item's words.
            ("title: One", "title: Eins", ["changed I 1.0.0 1.0.0; title: One -> Eins"]),
            ("target: 0.9", "target: 0.95", ["changed J 1.0.0 1.0.0; target: 0.9 -> 0.95"]),
            ("    target: 0.9\n", "", ["changed J 1.0.0 1.0.0; target: 0.9 -> -"]),
            (
                "{id: I, title: One,", "{id: I, level: critical, weight: 3, title: One,",
                ["changed I 1.0.0 1.0.0; level: major -> critical; weight: 1 -> 3"]
            ),
            ("\"S1\"'", "\"S2\"'", ["changed J 1.0.0 1.0.0; when: severity == \"S1\" -> severity == \"S2\""]),
            ("it is.", "it was.", ["changed J 1.0.0 1.0.0; why: Because it is. -> Because it was."]),
            (
                "within: 1h", "within: 2h",
                ["changed I 1.0.0 1.0.0; check: every 'a' is followed by 'b' within 1h -> every 'a' is followed by 'b' within 2h"]
            ),
            // What an item rests on.
            (
                "\"phone\"", "\"mail\"",
                [
                    "changed checklist 1.0.0 1.0.0; define.early: event.activity == \"a\" && event.channel == \"phone\" -> "
                        + "event.activity == \"a\" && event.channel == \"mail\""
                ]
            ),
            ("[S1, S2]", "[S1, S2, S3]", ["changed checklist 1.0.0 1.0.0; values.severity: [S1, S2] -> [S1, S2, S3]"]),
            ("clock: elapsed\n", "settle: 3d\n", ["changed checklist 1.0.0 1.0.0; clock: elapsed -> -; settle: - -> 3d"]),
            ("version: 1.0.0", "version: 1.1.0", ["changed checklist 1.0.0 1.1.0; version: 1.0.0 -> 1.1.0"]),
            // Items that come and go.
            (
                "id: I, title: One", "id: K, title: One",
                [
                    "removed I 1.0.0 1.0.0; title: One -> -; level: major -> -; weight: 1 -> -; "
                        + "check: every 'a' is followed by 'b' within 1h -> -",
                    "added K 1.0.0 1.0.0; title: - -> One; level: - -> major; weight: - -> 1; "
                        + "check: - -> every 'a' is followed by 'b' within 1h",
                ]
            ),
        ] as [(String, String, [String])])
    func `what is said otherwise is told, and what is only written otherwise is not`(
        old: String, new: String, expected: [String]
    ) {
        #expect(Self.base.contains(old))
        #expect(changes([Self.base], [Self.base.replacing(old, with: new)]) == expected)
    }

    @Test func `a part of a check that its words do not tell is shown as it is written`() {
        let part = "{existence: {activity: a, where: 'event.channel == \"CHANNEL\"'}}"
        let (old, new) = (part.replacing("CHANNEL", with: "phone"), part.replacing("CHANNEL", with: "mail"))
        let told = changes(
            [Self.base.replacing("{existence: early}", with: old)], [Self.base.replacing("{existence: early}", with: new)])
        #expect(told.count == 1 && told.first?.contains("phone") == true && told.first?.contains("mail") == true, "\(told)")
    }

    @Test func `versions are compared with themselves, and a new one with the newest before`() {
        let (first, second) = ("effective: {until: 2026-06-30}", "effective: {from: 2026-07-01}")
        let one = VersionTests.text("1.0.0")
        let old = VersionTests.text("1.0.0", first)
        let two = VersionTests.text("2.0.0", second, most: 2)
        let ended = "changed checklist 1.0.0 1.0.0; effective: - -> {until: 2026-06-30}"
        #expect(
            changes([one], [old, two]) == [
                ended, "changed checklist 1.0.0 2.0.0; version: 1.0.0 -> 2.0.0; effective: - -> {from: 2026-07-01}",
                "changed I 1.0.0 2.0.0; check: 'a' happens at most once -> 'a' happens at most twice",
            ])
        #expect(changes([old, two], [old, two]).isEmpty)
        #expect(
            changes([old, two], [two]).map { $0.prefix(28) }
                == ["removed checklist 1.0.0 -; t", "removed I 1.0.0 -; title: One"].map { $0.prefix(28) })
        #expect(changes([], [one]).map { $0.prefix(24) } == ["added checklist - 1.0.0;", "added I - 1.0.0; title: "])
    }
}
