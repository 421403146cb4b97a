import Checklists
import Language

extension Reference {
    /// The item in a paragraph of plain words, and below it what teaches it.
    static func lines(of item: ItemExplanation) -> [String] {
        let about = item.item
        let head = "\(about.checklist)/\(about.id): \(about.title) (\(about.checklistTitle) \(about.version))"
        let taught = [
            ("Guidance", about.enablement?.guidance), ("Good", about.enablement?.good), ("Poor", about.enablement?.poor),
        ]
        return wrapped(head, indent: 0, hanging: 4) + wrapped(paragraph(of: item), indent: 4)
            + taught.flatMap { name, text in text.map { wrapped("\(name): \($0)", indent: 4, hanging: 8) } ?? [] }
    }

    /// What holds, why, who is judged and from when, how it counts, which tests prove it, and where it comes from.
    static func paragraph(of item: ItemExplanation) -> String {
        let about = item.item
        let template = item.template.map { " (\($0.name): \($0.meaning))" } ?? ""
        var sentences = ["Holds where \(about.meaning)\(template)."]
        if let why = about.why { sentences.append("Why: \(ended(why))") }
        sentences.append(scope(of: item) + ".")
        if let observable = item.observable { sentences.append("Where `\(observable)` is false it is not observable.") }
        if let settle = item.settle { sentences.append("A record counts once it is decided, or \(settle) after it was opened.") }
        var standing = "Level: \(about.level.rawValue), weight \(number(about.weight))"
        if let target = about.target { standing += ", target \(number(target * 100)) % of the judged \(about.unit.plural)" }
        sentences.append(standing + ".")
        sentences.append(tests(of: item))
        if let source = about.source { sentences.append("Source: \(ended(source))") }
        if let module = about.enablement?.module { sentences.append("Module: \(ended(module))") }
        return sentences.joined(separator: " ")
    }

    /// The measure in a paragraph of plain words.
    static func lines(of measure: MeasureDescription) -> [String] {
        let head = "\(measure.checklist)/\(measure.id): \(measure.title) (\(measure.checklistTitle) \(measure.version))"
        return wrapped(head, indent: 0, hanging: 4) + wrapped(paragraph(of: measure), indent: 4)
    }

    /// What is measured, of which records, and what comes of it.
    static func paragraph(of measure: MeasureDescription) -> String {
        let records = measure.function.map { "records of the function '\($0)'" } ?? "records of every function"
        let unfinished =
            measure.isRoute
            ? "A record that is open has no route yet"
            : "What has not ended counts as far as it has come: until the record closes, or until now"
        return "Measures \(measure.meaning), of \(records). \(unfinished). It is not judged but compared between partners."
    }

    private static func scope(of item: ItemExplanation) -> String {
        var scope = item.item.unit == .customer ? "It judges customers, by their records" : "It judges records"
        scope += item.item.function.map { " of the function '\($0)'" } ?? " of every function"
        if let applies = item.applies { scope += ", where `\(applies)`" }
        switch (item.from, item.until) {
        case (let from?, let until?): scope += ", opened from \(from) to \(until)"
        case (let from?, nil): scope += ", opened from \(from) on"
        case (nil, let until?): scope += ", opened until \(until)"
        case (nil, nil): scope += ", whenever they were opened"
        }
        return scope
    }

    private static func tests(of item: ItemExplanation) -> String {
        guard !item.tests.isEmpty else { return "No test was found that speaks of it." }
        let cases = item.tests.map { "'\($0.name)'" + ($0.verdict.map { " (\($0))" } ?? "") }
        return "Tests: " + cases.joined(separator: ", ") + "."
    }

    private static func ended(_ text: String) -> String {
        let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return text.last.map { ".!?".contains($0) } ?? true ? text : text + "."
    }
}
