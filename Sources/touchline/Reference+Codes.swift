import Language

extension Reference {
    /// What it is, why it matters, what to do, a wrong and a right example.
    static func lines(of page: CodePage) -> [String] {
        let say = page.command.map { ["", "    Said by: touchline \($0)"] } ?? []
        return wrapped("\(page.code.name): \(page.code.title)", indent: 0, hanging: 8) + wrapped(page.why, indent: 4)
            + ["", "    Wrong, in \(page.wrong.place):", ""] + shown(page.wrong.excerpt)
            + ["", "    Right:", ""] + shown(page.right.excerpt) + beside(page) + [""]
            + wrapped(page.fix, indent: 4) + (page.command == "lint ." ? [] : say)
    }

    /// The files that the right example has and the wrong one lacks.
    private static func beside(_ page: CodePage) -> [String] {
        let names = Set(page.wrong.files.map(\.name))
        return page.right.files.filter { !names.contains($0.name) }.map { "        # and beside it the file \($0.name)" }
    }

    /// As it stands in a file; what is longer than a line ends with dots.
    private static func shown(_ excerpt: String) -> [String] {
        excerpt.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let line = "        " + line
            return line.unicodeScalars.count > width ? String(line.prefix(width - 1)) + "…" : line
        }
    }
}
