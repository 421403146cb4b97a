import Language

/// What other people wrote, for a comment on GitHub: it shows as it is, and does nothing. No table, link, mention or
/// reference comes of it, since every sign that means something to Markdown is written as a character reference.
enum MarkdownText {
    /// The longest text of a cell, in characters.
    private static let longest = 600

    /// For a sentence. Behind `@` and `#` stands a space without width, so that nobody is told and no issue is linked.
    static func prose(_ text: String) -> String { escaped(text, separating: ["@", "#"]) }

    /// For a name or an id; GitHub looks for nothing in code.
    static func code(_ text: String) -> String { "<code>" + escaped(text, separating: []) + "</code>" }

    private static func escaped(_ text: String, separating: Set<Unicode.Scalar>) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let shown = String(words.count > longest ? words.prefix(longest) + "…" : words[...]).printable
        var escaped = ""
        var before: Unicode.Scalar = " "
        for scalar in shown.unicodeScalars {
            // `www.` and `https:` begin links, which GitHub makes of them as they stand.
            let isLink = (scalar == "." && ["w", "W"].contains(before)) || scalar == ":"
            if meaningful.contains(scalar) || isLink {
                escaped += "&#\(scalar.value);" + (separating.contains(scalar) ? "&#8203;" : "")
            } else {
                escaped.unicodeScalars.append(scalar)
            }
            before = scalar
        }
        return escaped
    }

    /// Signs that mean something within a line.
    private static let meaningful: Set<Unicode.Scalar> = [
        "&", "<", ">", "`", "*", "_", "~", "[", "]", "{", "}", "\\", "|", "#", "@", "$", "^", "!",
    ]
}

/// A text that may only become so long: what does not fit is counted, in the place where it would have stood.
struct BoundedComment {
    /// A table that is shown, or folded under its title.
    struct Section {
        let title: String
        let isFolded: Bool
        let columns: [String]
        /// Cells, in Markdown.
        let rows: [[String]]
        /// What a row is, and what several are.
        let one: String
        let many: String
    }

    /// In bytes of UTF-8, of which no character has less than one.
    let limit: Int
    private(set) var text: String

    init(_ heading: String, limit: Int) {
        text = heading
        self.limit = limit
    }

    /// Enough for the line that counts what is left out.
    private static let reserve = 160

    /// Each may take half of what is left, the last one all of it.
    mutating func add(_ sections: [Section]) {
        for (number, section) in sections.enumerated() {
            let later = sections.count - number - 1
            let free = limit - text.utf8.count - (later + 1) * Self.reserve
            add(section, within: later == 0 ? free : free / 2)
        }
    }

    private mutating func add(_ section: Section, within room: Int) {
        let title = "\(section.title): \(section.rows.count)"
        let head =
            (section.isFolded ? "\n<details><summary>\(title)</summary>\n\n" : "\n**\(title)**\n\n")
            + "| " + section.columns.joined(separator: " | ") + " |\n|" + section.columns.map { _ in "---|" }.joined() + "\n"
        let foot = section.isFolded ? "\n</details>\n" : ""
        var rows = ""
        var shown = 0
        for row in section.rows {
            let line = "| " + row.joined(separator: " | ") + " |\n"
            guard head.utf8.count + rows.utf8.count + line.utf8.count + foot.utf8.count <= room else { break }
            rows += line
            shown += 1
        }
        if shown > 0 { text += head + rows + foot }
        let rest = section.rows.count - shown
        if rest > 0 {
            text +=
                "\n_\(rest) \(shown > 0 ? "more " : "")\(rest == 1 ? section.one : section.many) left out: the comment would be too long._\n"
        }
    }
}
