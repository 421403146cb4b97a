import Language
import Timelines

/// A case that tells a mutant from its item, to be pasted into a file of tests.
package struct ProposedCase: Sendable, CustomStringConvertible {
    package let item: String
    package let verdict: Verdict
    /// What the mutant says in its place.
    package let mutated: Verdict
    private let lines: [String]

    init(_ found: MutantSearch.Find, of mutant: Mutant) {
        item = found.item
        verdict = found.verdict
        mutated = found.mutated
        let fields = Self.record(found)
        lines =
            ["- name: " + Self.yaml(Self.name(item, mutant)), "  timeline: " + Self.yaml(Self.timeline(found))]
            + (fields.isEmpty ? [] : ["  record: " + fields]) + ["  expect: {\(Self.yaml(item)): \(verdict.rawValue)}"]
    }

    /// Several lines of YAML, an element of `cases`.
    package var description: String { lines.joined(separator: "\n") }

    /// The same, as it stands below `cases:`.
    package func indented(by count: Int) -> String {
        lines.map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
    }

    /// `ESC-02 where check.response.within.S1 is not 15m`
    private static func name(_ item: String, _ mutant: Mutant) -> String {
        let new = mutant.new
        return "\(item) where \(mutant.path) is not " + (new.count > 60 ? new.prefix(57) + "…" : new[...])
    }

    /// The record and what the item says of it, in one line of YAML.
    static func flow(_ found: MutantSearch.Find) -> String {
        let timeline = Self.timeline(found)
        let fields = record(found)
        return "{timeline: \(timeline.contains(",") ? json(timeline) : yaml(timeline))"
            + (fields.isEmpty ? "" : ", record: \(fields)") + ", expect: {\(yaml(found.item)): \(found.verdict.rawValue)}}"
    }

    // MARK: The timeline

    private static func timeline(_ found: MutantSearch.Find) -> String {
        let candidate = found.candidate
        var words: [String] = []
        for step in candidate.steps {
            words += lengths(step.gap)
            let details = step.details.keys.sorted().compactMap { path in
                step.details[path].map { "\(path == "actor.party" ? "party" : path)=\(detail($0, found.beginning))" }
            }
            let isPlain = isName(step.activity) && !["opened", "closed", "as_of"].contains(step.activity)
            words.append(
                (isPlain ? step.activity : quoted(step.activity))
                    + (details.isEmpty ? "" : "(\(details.joined(separator: ", ")))"))
        }
        if let closing = candidate.closing { words += lengths(closing) + ["closed"] }
        words += lengths(candidate.rest)
        return words.isEmpty ? "0s" : words.joined(separator: " ")
    }

    /// `1d 2h 30m`; nothing for no time at all.
    private static func lengths(_ seconds: Int64) -> [String] {
        var rest = seconds
        return [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")].compactMap { size, unit in
            let count = rest / Int64(size)
            rest %= Int64(size)
            return count > 0 ? "\(count)\(unit)" : nil
        }
    }

    private static func detail(_ sample: SearchSpace.Sample, _ beginning: Instant) -> String {
        guard case .text(let text) = sample else { return sample.text(from: beginning) }
        // Text that looks like something else is quoted.
        if isName(text), case .string = TrialLoader.value(plain: text) { return text }
        return quoted(text)
    }

    /// Letters, digits and what else stands in names: nothing that means anything in a timeline.
    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && Duration(length: text) == nil
            && text.utf8.allSatisfy { byte in
                let isWord = (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || byte >= 0x80
                return isWord || "_-.".utf8.contains(byte)
            }
    }

    private static func quoted(_ text: String) -> String { text.contains("'") ? "\"\(text)\"" : "'\(text)'" }

    // MARK: The record

    private static func record(_ found: MutantSearch.Find) -> String {
        let candidate = found.candidate
        var groups: [(name: String, entries: [String])] = []
        for path in candidate.fields.keys.sorted() {
            guard let sample = candidate.fields[path] else { continue }
            let keys = path.split(separator: ".", maxSplits: 1).map(String.init)
            let value = scalar(sample, found.beginning)
            guard keys.count == 2 else {
                groups.append((path, [value]))
                continue
            }
            if let last = groups.last, last.name == keys[0] {
                groups[groups.count - 1].entries.append("\(yaml(keys[1])): \(value)")
            } else {
                groups.append((keys[0], ["\(yaml(keys[1])): \(value)"]))
            }
        }
        if found.beginning != TrialLoader.usualBeginning { groups.insert(("opened", ["\(found.beginning)"]), at: 0) }
        let isNested = ["customer", "attributes"]
        let parts = groups.map { name, entries in
            isNested.contains(name) ? "\(name): {\(entries.joined(separator: ", "))}" : "\(name): \(entries.joined())"
        }
        return parts.isEmpty ? "" : "{\(parts.joined(separator: ", "))}"
    }

    private static func scalar(_ sample: SearchSpace.Sample, _ beginning: Instant) -> String {
        guard case .text(let text) = sample else { return sample.text(from: beginning) }
        if case .string = TrialLoader.value(plain: text) { return yaml(text) }
        return json(text)
    }

    /// A scalar, quoted where YAML would read something else.
    private static func yaml(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isLetter || $0.isNumber } ?? false && !text.contains(": ") && !text.contains(" #")
            && !text.hasSuffix(":") && !text.hasSuffix(" ")
            && text.unicodeScalars.allSatisfy { !",[]{}\"'\\\n\r\t".unicodeScalars.contains($0) }
            && !["true", "false", "null", "yes", "no", "on", "off"].contains(text.lowercased())
        if isPlain { return text }
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        return isPrintable && !text.contains("'") ? "'\(text)'" : json(text)
    }

    private static func json(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return writer.text
    }
}

extension SearchSpace.Sample {
    /// As it is written where it is no text.
    fileprivate func text(from beginning: Instant) -> String {
        switch self {
        case .text(let text): text
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case .moment(let seconds): (beginning + .seconds(seconds)).description
        }
    }
}
