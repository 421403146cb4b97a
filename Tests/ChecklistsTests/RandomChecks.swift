import TestSupport

/// The same seed makes the same checks and records everywhere.
struct Dice {
    private var numbers: SeededNumbers

    init(_ seed: UInt64) { numbers = SeededNumbers(state: seed) }

    mutating func below(_ bound: Int) -> Int { numbers.below(max(bound, 1)) }

    /// True once in so many throws.
    mutating func oneIn(_ bound: Int) -> Bool { below(bound) == 0 }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// A grammar of checks: every template with random parts, as text that a checklist may hold.
struct RandomChecks {
    var dice: Dice

    init(seed: UInt64) { dice = Dice(seed) }

    typealias Row = (name: String, parts: @Sendable (inout RandomChecks) -> String)

    /// A template joins the tests of open records by a row here. `holds` is judged on the record as it stands and has none.
    static let templates: [Row] = [
        ("existence", { $0.event() }), ("absence", { $0.event() }),
        (
            "count",
            { "{of: \($0.event()), \($0.dice.pick(["at_least: 2", "at_most: 1", "exactly: 1", "exactly: 2", "at_most: 0"]))}" }
        ),
        ("first", { $0.event() }), ("last", { $0.event() }),
        ("choice", { $0.pair() }), ("exclusive_choice", { $0.pair() }), ("coexistence", { $0.pair() }),
        ("not_coexistence", { $0.pair() }),
        ("responded_existence", { "{if: \($0.event()), expect: \($0.event())}" }),
        ("response", { $0.response() }), ("alternate_response", { $0.response() }), ("chain_response", { $0.response() }),
        ("precedence", { $0.precedence() }), ("alternate_precedence", { $0.precedence() }),
        ("chain_precedence", { $0.precedence() }),
        ("not_response", { "{after: \($0.event()), never: \($0.event())}" }),
        ("not_chain_response", { "{after: \($0.event()), not_next: \($0.event())}" }),
        ("duration", { $0.duration() }),
        (
            "recurrence",
            {
                "{of: \($0.event()), every: \($0.limit()), from: \($0.moment())\($0.dice.oneIn(2) ? ", until: \($0.moment())" : "")}"
            }
        ),
        ("clock", { $0.clock() }), ("ownership", { $0.ownership() }),
        ("changes", { "{of: \($0.value()), at_most: \($0.dice.below(3))\($0.among())}" }),
        ("no_return", { "{of: \($0.value())\($0.among())}" }),
        ("runs", { "{of: \($0.event()), at_most: \($0.dice.below(3))}" }),
        ("each", { "{event: \($0.event()), holds: \($0.condition())}" }),
        ("steps", { $0.steps() }),
        (
            "plain_language",
            {
                "{event: \($0.event()), text: 'event.text == \"x\" ? \"See the QXZ\" : event.text', at_most: \($0.dice.below(3))}"
            }
        ),
        ("all_of", { $0.combination() }), ("any_of", { $0.combination() }),
    ]

    /// A check of one template, with a span now and then.
    mutating func check(_ template: Row, depth: Int = 0) -> String {
        self.depth = depth
        let parts = template.parts(&self)
        self.depth = depth
        return "{\(template.name): \(parts)\(dice.oneIn(3) ? ", span: \(span())" : "")}"
    }

    private var depth = 0

    // MARK: Events and moments

    mutating func event() -> String {
        switch dice.below(16) {
        case 0...2: "a"
        case 3...5: "b"
        case 6: "c"
        case 7: "d"
        case 8: "either"
        case 9, 10: "said"
        case 11: "{first: \(simple())}"
        case 12, 13: "{last: \(simple())}"
        case 14: "{activity: \(dice.pick(["a", "b"])), where: 'event.?attributes.team.orValue(\"\") == \"x\"'}"
        default: dice.pick(["any", "early", "{first: {last: a}}"])
        }
    }

    private mutating func simple() -> String { dice.pick(["a", "b", "c", "said", "either", "any"]) }

    private mutating func pair() -> String { "[\(event()), \(event())]" }

    private mutating func among() -> String { dice.oneIn(2) ? ", among: \(event())" : "" }

    mutating func moment() -> String {
        dice.oneIn(5) ? "[\(oneMoment()), \(oneMoment())]" : oneMoment()
    }

    private mutating func oneMoment() -> String {
        switch dice.below(14) {
        case 0: "start"
        case 1: "end"
        case 2, 3: "opened"
        case 4: "closed"
        case 5: "as_of"
        case 6...8: "{first: \(simple())}"
        case 9: "{last: \(simple())}"
        case 10: "{at: 'opened + duration(\"\(length())\")'}"
        case 11: "{at: 'attributes.?promised'}"
        case 12: "{at: 'events.exists(e, e.activity == \"b\") ? optional.of(opened) : optional.none()'}"
        default: "{first: {activity: a, where: 'event.text == \"x\"'}}"
        }
    }

    mutating func span() -> String {
        switch dice.below(3) {
        case 0: "{from: \(moment())}"
        case 1: "{until: \(moment())}"
        default: "{from: \(moment()), until: \(moment())}"
        }
    }

    // MARK: Limits and expressions

    mutating func length() -> String { dice.pick(["0s", "2m", "4m", "6m"]) }

    mutating func limit() -> String {
        switch dice.below(5) {
        case 0: "{S1: \(length()), otherwise: \(length())}"
        case 1: "{S1: \(length()), S2: \(length())}"
        default: length()
        }
    }

    mutating func condition() -> String {
        dice.pick([
            "'event.text == \"x\"'", "'has(event.text)'", "'event.?attributes.team.orValue(\"\") != \"y\"'",
            "'event.attributes.team == \"x\"'", "'size(events) < 4'", "'event.at + duration(\"4m\") >= as_of'", "'!has(closed)'",
            "'!events.exists(e, e.activity == \"b\" && e.at <= event.at)'", "'event.actor.party == \"partner\"'",
            "'event.at < opened + duration(\"6m\")'",
        ])
    }

    private mutating func value() -> String {
        dice.pick(["'event.attributes.team'", "'event.?attributes.team'", "'event.text'", "'event.activity'", "'size(events)'"])
    }

    private mutating func answerCondition() -> String {
        guard dice.oneIn(3) else { return "" }
        return ", where: "
            + dice.pick([
                "'event.text == activation.text'", "'event.at > activation.at'", "'size(events) < 4'",
                "'event.?attributes.team == activation.?attributes.team'",
            ])
    }

    // MARK: Templates

    private mutating func response() -> String {
        var text = "{after: \(event()), expect: \(event())"
        switch dice.below(5) {
        case 0...1: text += ", within: \(limit())"
        case 2:
            text +=
                ", by: {at: \(dice.pick(["'activation.attributes.due'", "'activation.?attributes.due'", "'activation.at + duration(\"4m\")'", "'as_of'"]))}"
        default: break
        }
        return text + answerCondition() + "}"
    }

    private mutating func precedence() -> String {
        "{before: \(event()), require: \(event())\(dice.oneIn(3) ? ", within: \(limit())" : "")\(answerCondition())}"
    }

    private mutating func duration() -> String {
        var text = "{from: \(moment()), to: \(moment())"
        switch dice.below(4) {
        case 0: text += ", at_least: \(limit())"
        case 1: text += ", at_least: 2m, at_most: 6m"
        default: text += ", at_most: \(limit())"
        }
        switch dice.below(6) {
        case 0, 1: text += ", pause: {from: \(event()), until: \(event())}"
        case 2: text += ", pause: [{from: \(simple()), until: \(simple())}, {from: c, until: d, party: customer}]"
        default: break
        }
        return text + "}"
    }

    private mutating func clock() -> String {
        var text = "{start: \(event()), stop: \(event()), target: \(limit())"
        if dice.oneIn(2) { text += ", pause: \(event()), resume: \(event())" }
        if dice.oneIn(4) { text += ", reset: \(event())" }
        if dice.oneIn(4) { text += ", cancel: \(event())" }
        if dice.oneIn(2) { text += ", on_reopen: \(dice.pick(["restart", "resume", "count", "ignore"]))" }
        return text + "}"
    }

    private mutating func ownership() -> String {
        let of = dice.pick([
            "'event.attributes.team'", "'event.?attributes.team'", "'event.?text'", "'event.text'",
            "{taken: \(event()), released: \(event()), owner: 'event.?attributes.team'}",
        ])
        var text = "{of: \(of)"
        if dice.oneIn(2) { text += ", from: \(moment())" }
        if dice.oneIn(2) { text += ", until: \(moment())" }
        if dice.oneIn(2) { text += ", max_gap: \(limit())" }
        return text + "}"
    }

    private mutating func steps() -> String {
        let holds = dice.pick([
            "'event.at + duration(\"2m\") >= next.at'", "'event.?attributes.team == next.?attributes.team'",
            "'event.text != next.text'", "'size(events) < 5'",
        ])
        return "{holds: \(holds)\(dice.oneIn(3) ? ", when: 'event.activity == \"a\"'" : "")\(among())}"
    }

    private mutating func combination() -> String {
        let inner = depth + 1
        let rows = inner < 2 ? Self.templates : Self.templates.filter { !$0.name.hasSuffix("_of") }
        let parts = (0...dice.below(3)).map { _ in check(dice.pick(rows), depth: inner) }
        return "[\(parts.joined(separator: ", "))]"
    }
}
