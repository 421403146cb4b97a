import Language
import Timelines

/// A timeline in one line, as tests write it: `escalated 20m acknowledged(channel=phone) 3h resolved 30m closed 5d`.
///
/// Words are activities, lengths of time pass between them, and what has none before it happens at the same moment. `opened`
/// and `closed` are when the record does, and events too where the checklist has such activities; `as_of` is when it is
/// judged, else the end of the line. In parentheses stands what else an event says, by the paths of expressions:
/// `actor.id`, `actor.role`, `actor.party` (or `party`), `channel`, `text`, `attributes.NAME`. What is quoted is an activity,
/// or text, whatever it looks like.
struct TimelineText {
    enum Word: Equatable {
        case length(Duration)
        case name(String, isQuoted: Bool, details: [Detail])
    }

    /// `path=value`; offsets are bytes of the text.
    struct Detail: Equatable {
        let path: String
        let value: String
        let isQuoted: Bool
        let offset: Int
    }

    /// What cannot be read.
    struct Problem: Error {
        let offset: Int
        let message: String
        var help: String?
    }

    /// Every word with the offset where it begins.
    static func words(of text: String) throws(Problem) -> [(word: Word, offset: Int)] {
        var reader = WordReader(bytes: Array(text.utf8))
        var words: [(word: Word, offset: Int)] = []
        while let word = try reader.next() { words.append(word) }
        return words
    }
}

/// Splits the line.
private struct WordReader {
    let bytes: [UInt8]
    var at = 0

    private var isAtEnd: Bool { at == bytes.count }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D }

    private mutating func skipSpace() {
        while !isAtEnd, Self.isSpace(bytes[at]) { at += 1 }
    }

    mutating func next() throws(TimelineText.Problem) -> (word: TimelineText.Word, offset: Int)? {
        skipSpace()
        let start = at
        guard !isAtEnd else { return nil }
        let (name, isQuoted) = try text(endingAt: "()")
        if !isQuoted, name.isEmpty {
            throw TimelineText.Problem(offset: at, message: "an activity belongs here, not '\(Character(.init(bytes[at])))'")
        }
        if !isQuoted, isAtEnd || Self.isSpace(bytes[at]), let length = Duration(length: name) { return (.length(length), start) }
        guard !isAtEnd, bytes[at] == UInt8(ascii: "(") else { return (.name(name, isQuoted: isQuoted, details: []), start) }
        at += 1
        return (.name(name, isQuoted: isQuoted, details: try details(from: start)), start)
    }

    /// What is quoted, else up to space or one of the letters.
    private mutating func text(endingAt ends: String) throws(TimelineText.Problem) -> (String, isQuoted: Bool) {
        let start = at
        guard !isAtEnd else { return ("", false) }
        let quote = bytes[at]
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            while !isAtEnd, !Self.isSpace(bytes[at]), !ends.utf8.contains(bytes[at]) { at += 1 }
            return (String(decoding: bytes[start..<at], as: UTF8.self), false)
        }
        at += 1
        while !isAtEnd, bytes[at] != quote { at += 1 }
        guard !isAtEnd else { throw TimelineText.Problem(offset: start, message: "the quote is never closed") }
        defer { at += 1 }
        return (String(decoding: bytes[start + 1..<at], as: UTF8.self), true)
    }

    private mutating func details(from start: Int) throws(TimelineText.Problem) -> [TimelineText.Detail] {
        var details: [TimelineText.Detail] = []
        while true {
            skipSpace()
            let offset = at
            let (path, _) = try text(endingAt: "=,()")
            skipSpace()
            guard !isAtEnd, bytes[at] == UInt8(ascii: "="), !path.isEmpty else {
                throw TimelineText.Problem(
                    offset: isAtEnd ? start : at, message: "a detail is written 'path=value'",
                    help: "such as (party=customer, attributes.reason=delay)")
            }
            at += 1
            skipSpace()
            let (value, isQuoted) = try text(endingAt: ",()")
            details.append(TimelineText.Detail(path: path, value: value, isQuoted: isQuoted, offset: offset))
            skipSpace()
            guard !isAtEnd, bytes[at] == UInt8(ascii: ",") || bytes[at] == UInt8(ascii: ")") else {
                throw TimelineText.Problem(
                    offset: isAtEnd ? start : at, message: "the parenthesis is never closed",
                    help: "a value with spaces, commas or parentheses is quoted")
            }
            at += 1
            if bytes[at - 1] == UInt8(ascii: ")") { return details }
        }
    }
}

extension TrialLoader {
    /// Adds what a timeline in one line tells to a record; nil where it cannot be read.
    func tell(_ node: YAMLNode, of plain: TrialRecord) -> TrialRecord? {
        guard let text = node.text else {
            diagnostics.error(
                .badTimeline, at: node.position, "a timeline is one line of text, not \(node.summary)",
                help: "such as 'escalated 20m acknowledged 3h resolved'")
            return nil
        }
        let words: [(word: TimelineText.Word, offset: Int)]
        do throws(TimelineText.Problem) {
            words = try TimelineText.words(of: text)
        } catch {
            diagnostics.error(
                .badTimeline, at: node.position(atOffset: error.offset), error.message, help: error.help)
            return nil
        }
        var one = plain
        let beginning = one.record.opened ?? Self.usualBeginning
        var now = beginning
        var (opened, closed, asOf): (Instant?, Instant?, Instant?) = (nil, nil, nil)
        for (word, offset) in words {
            switch word {
            case .length(let length): now = now + length
            case .name(let name, let isQuoted, let details):
                switch name {
                case "opened" where !isQuoted: opened = opened ?? now
                case "closed" where !isQuoted: closed = now
                case "as_of" where !isQuoted:
                    asOf = now
                    continue
                default: break
                }
                let isMoment = !isQuoted && (name == "opened" || name == "closed")
                if isMoment, details.isEmpty, !declared.isEmpty, !declared.contains(name) { continue }
                check(name, at: node.position(atOffset: offset))
                var event = Event(at: now, activity: name, symbol: ActivityTable.unknown)
                for detail in details { set(detail, of: &event, node) }
                one.record.events.append(event)
            }
        }
        one.record.opened = one.record.opened ?? opened ?? beginning
        one.record.closed = one.record.closed ?? closed
        one.beginning = beginning
        one.end = asOf ?? now
        one.saysAsOf = asOf != nil
        return one
    }

    private func set(_ detail: TimelineText.Detail, of event: inout Event, _ node: YAMLNode) {
        let attribute = "attributes."
        switch detail.path {
        case "actor.id": event.actorID = detail.value
        case "actor.role": event.actorRole = detail.value
        case "channel": event.channel = detail.value
        case "text": event.text = detail.value
        case "party", "actor.party":
            event.party = Party(rawValue: detail.value)
            if event.party == nil {
                diagnostics.error(
                    .wrongValue, at: node.position(atOffset: detail.offset), "'\(detail.value)' is no party",
                    help: didYouMean(detail.value, among: Party.allCases.map(\.rawValue)))
            }
        case let path where path.hasPrefix(attribute) && path.utf8.count > attribute.utf8.count:
            event.attributes.set(
                String(path.dropFirst(attribute.count)),
                detail.isQuoted ? .string(detail.value) : Self.value(plain: detail.value))
        default:
            let paths = ["actor.id", "actor.role", "actor.party", "party", "channel", "text"]
            diagnostics.error(
                .badTimeline, at: node.position(atOffset: detail.offset), "an event has no '\(detail.path)'",
                help: nearestName(to: detail.path, among: paths).map { "did you mean '\($0)'?" }
                    ?? "did you mean '\(attribute)\(detail.path)'?")
        }
    }
}
