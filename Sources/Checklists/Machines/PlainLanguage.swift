import Language

/// `plain_language`: what an event says has no abbreviations that its reader is not told the meaning of.
struct PlainLanguage: Machine {
    let event: EventReference
    let text: Expression
    let abbreviations: Abbreviations
    /// How many different ones an event may have.
    let atMost: Int

    /// What the last of its kind says may yet be another's words.
    var activation: EventReference? { event }

    func run(_ timeline: inout Timeline) -> Finding {
        var unknown: String?
        var isActivated = false
        for index in timeline.range where timeline.matches(event, index) {
            isActivated = true
            do throws(EvaluationError) {
                let found = try unexplained(index, &timeline)
                if found.count > atMost { return Finding(.fail, first: index, number: Int64(found.count)) }
            } catch {
                unknown = unknown ?? "event \(index + 1): \(error.message)"
            }
        }
        if let unknown { return .notObservable(unknown) }
        return isActivated ? .kept(timeline) : Finding(.notActivated)
    }

    /// None where the event has no text.
    private func unexplained(_ index: Int, _ timeline: inout Timeline) throws(EvaluationError) -> [String] {
        var value: Value
        do throws(EvaluationError) {
            value = try timeline.evaluate(text, event: index)
        } catch {
            if error.kind == .absent { return [] }
            throw error
        }
        if case .optional(let optional) = value { value = optional.value ?? .null }
        switch value {
        case .null: return []
        case .string(let text): return abbreviations.unexplained(in: text)
        default: throw EvaluationError(.other, "the value of `\(text.text)` is no text")
        }
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        finding.verdict == .fail ? [] : [event]
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let found = (try? unexplained(finding.first, &timeline)) ?? []
        let names = found.prefix(10).joined(separator: ", ") + (found.count > 10 ? ", …" : "")
        let allowed = atMost == 0 ? "" : ", at most \(atMost) allowed"
        return timeline.evidence(
            "\(timeline.told(finding.first)) does not explain \(names)\(allowed)", finding.first)
    }

    var isAdvisory: Bool { true }

    var meaning: String {
        let events = event.name == anyEvent ? "every event" : "every \(event.name)"
        let most = atMost == 0 ? "no unexplained abbreviation" : "at most \(atMost) unexplained abbreviations"
        return "\(events) has \(most) in `\(text.text)`"
    }
}

/// Finds the abbreviations of a text that it does not explain.
///
/// An abbreviation is a whole word of two to six capital letters, or of capital letters and at most two digits, beginning
/// with a letter: `SLA`, `P1`, `B2B`. `SLAs` and `SLA's` are `SLA`. Parts between hyphens and slashes are words
/// (`TCP/IP`, `SLA-Bericht`) where there is no digit among them. Rather too few than silly ones are found, so these are none:
/// * codes: words with more digits (`INC0012345`, `KB4711`), with digits behind a hyphen, dot or slash (`ESC-02`, `UTF-8`,
///   `ISO-8601`), with an underscore, `@` or `://`, file names (`LOG.TXT`), tags and entities of HTML, Roman numbers;
/// * what belongs to a number beside it: `ISO 27001`, `RFC 3339`, a currency of ISO 4217 (`EUR 500`, `500 USD`), what follows
///   a clock time (`09:00 CET`, `9:30 PM`), quantities (`5GB`);
/// * shouting: sentences and lines of three or more words all in capitals; or more than half in capitals, or four of them in a
///   row, where one is a plain word (`THE`, `SHUTDOWN`);
/// * words that people stress (`NOT`, `PLEASE`), or that everybody knows (`OK`, `TV`, `USA`).
///
/// It is explained, wherever else it stands in the text, by `service level agreement (SLA)` or `SLA (service level
/// agreement)`: the letters follow one another in the explanation, at least half of them at the beginnings of words.
struct Abbreviations: Sendable {
    /// Those that every reader is expected to know.
    private let known: Set<String>

    init(glossary: [String]) {
        known = Set(glossary).union(Self.everyday).union(Self.stressed)
    }

    private static let everyday: Set<String> = [
        "OK", "TV", "AM", "PM", "PS", "USA", "US", "UK", "EU", "CEO", "DVD", "USB", "GPS",
    ]

    static let stressed: Set<String> = [
        "ABOUT", "AFTER", "AGAIN", "ALL", "ALWAYS", "AND", "ANY", "ARE", "ASK", "AT", "BE", "BEFORE", "BOTH", "BUT", "CALL",
        "CAN",
        "CANNOT", "DID", "DO", "DOES", "DONE", "DOWN", "EVERY", "FIRST", "FIXED", "FOR", "FROM", "GO", "HAS", "HAVE", "HELP",
        "HERE",
        "HOW", "IF", "IN", "INFO", "IS", "IT", "LAST", "LATE", "LATER", "LESS", "ME", "MORE", "MUST", "MY", "NEVER", "NEW",
        "NEXT",
        "NO", "NONE", "NOT", "NOTE", "NOW", "OF", "OFF", "OLD", "ON", "ONCE", "ONE", "ONLY", "OPEN", "OR", "OUR", "OUT", "OVER",
        "PLEASE", "SAME", "SEE", "SHOULD", "SO", "SOON", "STILL", "STOP", "THANK", "THANKS", "THAT", "THE", "THEN", "THERE",
        "THIS", "TO", "TODAY", "TOO", "TWO", "UNTIL", "UP", "UPDATE", "URGENT", "US", "VERY", "WAIT", "WAS", "WE", "WHAT", "WHEN",
        "WHO", "WHY", "WILL", "WITH", "WORK", "YES", "YET", "YOU", "YOUR",
    ]

    private static let standards: Set<String> = ["ISO", "IEC", "EN", "DIN", "RFC", "BS", "ANSI", "IEEE", "HTTP"]

    private static let currencies: Set<String> = [
        "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
        "HKD",
        "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "MAD", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP",
        "PKR",
        "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
    ]

    /// Each once, in the order of the text.
    func unexplained(in text: String) -> [String] {
        let words = AbbreviationWords.split(text)
        var found: [String] = []
        for index in words.indices {
            guard let name = words[index].abbreviation, !known.contains(name), !found.contains(name) else { continue }
            if words[index].isShouted || Self.isPartOfNumber(words, index, name) { continue }
            found.append(name)
            // What is nowhere near plain is said well enough by so many.
            if found.count == 1000 { break }
        }
        guard !found.isEmpty else { return [] }
        let explanations = Explanations(text)
        return found.filter { !explanations.explain($0) }
    }

    private static func isPartOfNumber(_ words: [AbbreviationWords.Word], _ index: Int, _ name: String) -> Bool {
        let before = index > 0 && words[index].isBesideLast ? words[index - 1] : nil
        var next = index + 1
        // `ISO/IEC 20000-1`
        while next < words.count, words[next].isBesideLast, words[next].abbreviation.map(standards.contains) ?? false {
            next += 1
        }
        let after = next < words.count && words[next].isBesideLast ? words[next] : nil
        if before?.isClockTime ?? false { return true }
        if standards.contains(name), after?.isNumber ?? false { return true }
        return currencies.contains(name) && (before?.isNumber ?? false || after?.isNumber ?? false)
    }
}

/// The letters of an abbreviation found in the words before or after it.
private struct Explanations {
    /// What stands in parentheses, what stands before them, and the abbreviations that either is.
    private struct Pair {
        let inner: [Unicode.Scalar]
        let before: [Unicode.Scalar]
        let innerName: String?
        let nameBefore: String?
    }

    private var pairs: [Pair] = []
    /// Nobody reads more of them.
    private static let most = 1000

    init(_ text: String) {
        let scalars = Array(text.unicodeScalars)
        var start = 0
        while pairs.count < Self.most, let open = scalars[start...].firstIndex(where: { $0 == "(" || $0 == "[" }) {
            let end = scalars[(open + 1)...].prefix(200).firstIndex { $0 == ")" || $0 == "]" }
            start = open + 1
            guard let end else { continue }
            let before = scalars[max(0, open - 120)..<open]
            let word = before.reversed().drop { $0 == " " }.prefix { $0.properties.isAlphabetic || $0.isASCIIDigit }
            let inner = Array(scalars[(open + 1)..<end])
            let trimmed = inner.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            pairs.append(
                Pair(
                    inner: inner, before: Array(before),
                    innerName: AbbreviationWords.singular(AbbreviationWords.string(Array(trimmed))),
                    nameBefore: AbbreviationWords.singular(AbbreviationWords.string(Array(word.reversed())))))
        }
    }

    func explain(_ name: String) -> Bool {
        let letters = Array(name.lowercased().unicodeScalars).filter { !$0.isASCIIDigit }
        return pairs.contains { pair in
            if pair.nameBefore == name { return Self.spells(pair.inner[...], letters) }
            guard pair.innerName == name else { return false }
            // As many words as an abbreviation of that length can stand for (Schwartz and Hearst, 2003).
            let most = min(name.unicodeScalars.count + 5, name.unicodeScalars.count * 2)
            let words = pair.before.split { !$0.properties.isAlphabetic && $0 != "-" && $0 != "'" }.suffix(most)
            return Self.spells(Array(words.joined(separator: [" "]))[...], letters)
        }
    }

    /// Whether the letters follow one another in the text, at least half of them at the beginnings of words.
    private static func spells(_ text: ArraySlice<Unicode.Scalar>, _ letters: [Unicode.Scalar]) -> Bool {
        guard text.contains(where: \.properties.isLowercase), text.count >= letters.count + 2 else { return false }
        /// By the number of letters that were found: at most so many at the beginnings of words.
        var initials: [Int] = [0] + Array(repeating: -1, count: letters.count)
        var isStart = true
        for scalar in text {
            let letter = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
            for place in letters.indices.reversed() where letters[place] == letter && initials[place] >= 0 {
                initials[place + 1] = max(initials[place + 1], initials[place] + (isStart ? 1 : 0))
            }
            isStart = !scalar.properties.isAlphabetic
        }
        return initials[letters.count] * 2 >= max(1, letters.count)
    }
}
