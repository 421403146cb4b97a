/// The pages of what YAML and expressions may have wrong.
extension CodePage {
    package static let ofLanguage = ofYAML + ofExpressions

    private static let ofYAML: [CodePage] = [
        CodePage(
            .yamlSyntax, why: "Nothing of a file that is not YAML can be read.",
            fix: "Look at the place and just before it: mostly a text with ': ' or '#' wants quotes, or a bracket is open.",
            wrong: .item("why: Fast: that is what counts"),
            right: .item("why: 'Fast: that is what counts'")),
        CodePage(
            .duplicateKey, why: "Only one of the two can count, and which one was meant is anybody's guess.",
            fix: "Keep one of them.",
            wrong: .item("level: critical\nlevel: minor"),
            right: .item("level: critical")),
        CodePage(
            .tooManyNodes,
            why: "A few lines of YAML can unfold to millions of values where aliases name aliases; no honest file does.",
            fix: "Name a value once and use it a few times, or write it out.",
            wrong: .checklist(
                """
                a: &a [x, x, x, x, x, x, x, x, x, x]
                b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
                c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
                d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
                e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
                f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
                """),
            right: .checklist(
                """
                items:
                  - id: A1
                    title: Answered
                    check:
                      response: {after: escalated, expect: acknowledged, within: &t {S1: 1h, S2: 1d}}
                  - id: A2
                    title: Reviewed
                    check: {response: {after: resolved, expect: reviewed, within: *t}}
                """)),
        CodePage(
            .wrongShape, why: "A list where one value belongs, or a value where a list does, cannot be read.",
            fix: "Write it in the shape that the message names: '- ' begins an entry of a list, 'key: ' one of a mapping.",
            wrong: .partners("partners: {id: northwind, functions: [support]}"),
            right: .partners("partners:\n  - {id: northwind, functions: [support]}")),
        CodePage(
            .unknownKey, why: "A key that is passed over in silence leaves its author believing that it counts.",
            fix: "Write the name that the message suggests; 'touchline lint --fix' corrects a near miss.",
            wrong: .item("wieght: 2"),
            right: .item("weight: 2")),
        CodePage(
            .missingKey, why: "Without this key the rest cannot mean anything.",
            fix: "Add the key.",
            wrong: .partners("partners:\n  - {name: Northwind Services, functions: [support]}"),
            right: .partners("partners:\n  - {id: northwind, name: Northwind Services, functions: [support]}")),
        CodePage(
            .wrongValue, why: "The key is right, but it does not take this value.",
            fix: "Write a value of the kind that the message names.",
            wrong: .item("level: urgent"),
            right: .item("level: critical")),
    ]

    private static let ofExpressions: [CodePage] = [
        CodePage(
            .syntax, why: "An expression that does not parse says nothing.",
            fix:
                "Put it right at the caret. Equality is '==', and is '&&', or is '||', not is '!'; texts stand in double quotes.",
            wrong: .item("when: 'severity = \"S1\"'"),
            right: .item("when: 'severity == \"S1\"'")),
        CodePage(
            .plainExpression,
            why: "YAML cuts a plain text at '#' and ends it at ': ' without a word, so half an expression would count.",
            fix: "Put it in single quotes, or below a '|'; 'touchline lint --fix' does it.",
            wrong: .item("when: severity == \"S1\""),
            right: .item("when: 'severity == \"S1\"'")),
        CodePage(
            .unknownName, why: "A name that means nothing would make the item not observable on every record.",
            fix: "Write the name that the message suggests. A text is written in quotes: \"S1\", not S1.",
            wrong: .item("when: 'sevrity == \"S1\"'"),
            right: .item("when: 'severity == \"S1\"'")),
        CodePage(
            .typeMismatch, why: "An instant is no text and a length no number: what compares them would fail on every record.",
            fix: "Make one the type of the other: timestamp(…), duration(…), string(…), int(…).",
            wrong: .item("when: 'opened > \"2026-01-01\"'"),
            right: .item("when: 'opened > timestamp(\"2026-01-01T00:00:00Z\")'")),
        CodePage(
            .unknownFunction, why: "A function that is not there would make the item not observable on every record.",
            fix: "'touchline explain --functions' lists those that there are.",
            wrong: .item("when: 'customer.tier.startWith(\"k\")'"),
            right: .item("when: 'customer.tier.startsWith(\"k\")'")),
        CodePage(
            .badPattern,
            why:
                "Regular expressions are RE2's, whose time grows with the text alone; it has no lookahead and no back reference.",
            fix: "Close what is open, escape what is meant as it stands, and do without what RE2 does not have.",
            wrong: .item("when: 'severity.matches(\"S[12\")'"),
            right: .item("when: 'severity.matches(\"S[12]\")'")),
        CodePage(
            .tooDeep, why: "Nobody can read an expression of 250 levels, and a machine needs a bound as well.",
            fix: "Give its parts names under 'define', or ask for one of a list with 'in'.",
            wrong: .item("when: '" + String(repeating: "(", count: 300) + "true" + String(repeating: ")", count: 300) + "'"),
            right: .item("when: 'severity in [\"S1\", \"S2\"]'")),
        CodePage(
            .badTime, why: "No date could be read by a format, or in a zone, that is not there.",
            fix: "Use strptime's directives ('%d.%m.%Y %H:%M') and an IANA name of a zone ('Europe/Paris').",
            wrong: .item("when: 'parseTime(attributes.due, \"%Q\", \"UTC\") < opened'"),
            right: .item("when: 'parseTime(attributes.due, \"%d.%m.%Y\", \"UTC\") < opened'")),
    ]
}
