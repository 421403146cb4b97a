import Checklists
import Foundation
import Language
import Timelines

/// The pages of `touchline explain`, in lines of at most a hundred columns.
enum Reference {
    static let width = 100

    static var functions: [String] {
        FunctionReference.groups.flatMap { group in
            [group.title, String(repeating: "-", count: group.title.count), ""]
                + group.entries.flatMap { lines(of: $0) + [""] }
        }.dropLast()
    }

    static var templates: [String] { TemplateDescription.all.flatMap { lines(of: $0) } }

    /// `TL102  Language    a key stands twice`
    static var codes: [String] {
        let widest = Code.all.map(\.room.count).max() ?? 0
        return Code.all.map { "\($0.name)  \($0.room.padding(toLength: widest, withPad: " ", startingAt: 0))  \($0.title)" }
    }

    static func lines(of entry: FunctionReference.Entry) -> [String] {
        entry.forms.flatMap { form in
            form.usages.flatMap { wrapped($0, indent: 0, hanging: 8) } + wrapped(form.doc, indent: 4)
                + (form.example.map { wrapped("e.g. " + $0, indent: 4, hanging: 9) } ?? [])
        }
    }

    static func lines(of template: TemplateDescription) -> [String] {
        wrapped("\(template.name): \(template.form)", indent: 0, hanging: 8) + wrapped(template.meaning, indent: 4)
    }

    /// With its keys, which a source may take over one by one.
    static func lines(of preset: Preset) -> [String] {
        wrapped("\(preset.name): \(preset.about)", indent: 0, hanging: 8) + wrapped("url: \(preset.url)", indent: 4, hanging: 8)
            + [""]
            + preset.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Whole numbers without a fraction, others to three places.
    static func number(_ number: Double) -> String {
        let thousandths = (number * 1000).rounded()
        guard thousandths.magnitude < 1e15 else { return "\(number)" }
        let whole = Int(thousandths)
        if whole % 1000 == 0 { return "\(whole / 1000)" }
        let fraction = String(whole % 1000 + 1000).dropFirst()
        return "\(whole / 1000).\(fraction.reversed().drop { $0 == "0" }.reversed().map(String.init).joined())"
    }

    /// Words in lines; those after the first begin at `hanging`. A word that is longer than a line has one of its own.
    static func wrapped(_ text: String, indent: Int, hanging: Int? = nil) -> [String] {
        var lines: [String] = []
        var line = String(repeating: " ", count: indent)
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.unicodeScalars.count + 1 + word.unicodeScalars.count > width {
                lines.append(line)
                line = String(repeating: " ", count: hanging ?? indent)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}
