import Language
import Testing

@testable import Checklists

/// Which abbreviations of believable sentences are found, and what is made of them.
struct PlainLanguageTests {
    struct Sentence: Sendable {
        let text: String
        let found: [String]
        init(_ text: String, _ found: String...) {
            self.text = text
            self.found = found
        }
    }

    static let sentences: [Sentence] = [
        Sentence("We raised it to P1 because the SLA is at risk.", "P1", "SLA"),
        Sentence("Both SLAs are met; the SLA's clock is stopped.", "SLA"),
        Sentence("See KB 42 and KB 43.", "KB"),
        Sentence("Your RCA will follow, the RCA takes a week.", "RCA"),
        Sentence("The L2 team hands over to the TAM/CSM today.", "L2", "TAM", "CSM"),
        Sentence("Der SLA-Bericht liegt bei, die MTTR ist gesunken.", "SLA", "MTTR"),
        Sentence("We restarted the DB (again) and the LB.", "DB", "LB"),
        Sentence("B2B customers first, then (if there is time) GA.", "B2B", "GA"),
        // Explained, before or after, wherever it stands.
        Sentence("Our service level agreement (SLA) allows 4 hours."),
        Sentence("The SLA (service level agreement) allows 4 hours; SLAs are signed."),
        Sentence("The SLA is at risk. It is a service-level agreement (SLA)."),
        Sentence("This is priority one (P1)."),
        Sentence("P1 (priority one) means that you cannot work."),
        Sentence("An extensible markup language (XML) file, and KB (knowledge base) articles."),
        Sentence("A root cause analysis [RCA] follows."),
        Sentence("Les indicateurs de performance (IP) sont bons, les SLAs (Service Level Agreements) aussi."),
        // No explanations.
        Sentence("The SLA (see below) is at risk.", "SLA"),
        Sentence("We will fix this, see below (SLA).", "SLA"),
        Sentence("The SLA (4 h) is at risk.", "SLA"),
        Sentence("The KPI (service level agreement) is at risk.", "KPI"),
        Sentence("The SLA (SLA) is at risk.", "SLA"),
        // Codes.
        Sentence("INC0012345 and KB4711 and CHG00042 are closed."),
        Sentence("Ticket ESC-02, CVE-2024-1234, UTF-8, SHA-256 and v2.1 of ABC.12."),
        Sentence("The log is in ERROR.LOG and SYS_ERR, mail OPS@ACME.EXAMPLE or https://ACME.EXAMPLE/KB/42."),
        Sentence("We follow ISO 27001, ISO/IEC 20000-1, RFC 3339 and DIN 77500."),
        Sentence("The fee is EUR 500 or 1,200.50 USD; GBP 20."),
        Sentence("We call at 09:00 CET or 9:30 PM, on 2026-01-05T09:00:00Z."),
        Sentence("It has 5GB of memory, a 10MB page and 2FA."),
        Sentence("Phase II begins after phase I, part XII."),
        Sentence("The code is A1B2C3D4."),
        // But not every number makes a code.
        Sentence("The SLA 2026 is new, in EUR.", "SLA", "EUR"),
        // Shouting, stress, and what everybody knows.
        Sentence("THE SERVER IS DOWN AGAIN!"),
        Sentence("PLEASE DO NOT TOUCH THIS SERVER, says the sticker on it that we put there last week for everybody to see."),
        Sentence("This is NOT acceptable. PLEASE call us NOW."),
        Sentence("OK, the TV in the USA works."),
        Sentence("UPDATE: we found it.\nPLEASE READ THIS\nThe SLA holds.", "SLA"),
        Sentence("DER SERVER IST TOT"), Sentence("The SLA, KPI and RCA.", "SLA", "KPI", "RCA"),
        Sentence("SHUTDOWN OF THE DB TODAY, see mail."), Sentence("I am A person."),
        // Markup.
        Sentence("<BR>Dear Ms Li,&NBSP;<TABLE CLASS=\"KPI\">we are done.</TABLE>"),
        Sentence("1 < 2 and SLA > 3", "SLA"),
        Sentence("<SLA", "SLA"),
        // Little or nothing.
        Sentence(""), Sentence("   \n\t "), Sentence("()[](("), Sentence("S L A"), Sentence("eSIM, iOS and McDonald"),
        Sentence("(SLA", "SLA"), Sentence("\"SLA\", 'KPI' and «RCA».", "SLA", "KPI", "RCA"),
        Sentence("ÖPNV und ÄÖ", "ÖPNV", "ÄÖ"),
    ]

    @Test(arguments: sentences.indices)
    func `unexplained abbreviations of a sentence are found, silly ones are not`(index: Int) {
        let sentence = Self.sentences[index]
        let found = Abbreviations(glossary: []).unexplained(in: sentence.text)
        #expect(found == sentence.found, "\(sentence.text)")
    }

    @Test func `words of the glossary need no explanation`() {
        let abbreviations = Abbreviations(glossary: ["SLA", "P1"])
        #expect(abbreviations.unexplained(in: "The SLAs of P1 and P2 and the RCA.") == ["P2", "RCA"])
    }

    @Test func `long and odd texts are read in one go`() {
        let abbreviations = Abbreviations(glossary: [])
        #expect(abbreviations.unexplained(in: String(repeating: "(", count: 300_000)) == [])
        #expect(abbreviations.unexplained(in: String(repeating: "<a ", count: 100_000)) == [])
        #expect(abbreviations.unexplained(in: String(repeating: "the SLA (see it) ", count: 20_000)) == ["SLA"])
        let letters = Array("ABCDEFGHJK").map(String.init)
        let many = letters.flatMap { a in letters.flatMap { b in letters.map { a + b + $0 + "Q, so " } } }
        #expect(abbreviations.unexplained(in: many.joined()).count == 1000)
    }

    static let rows: [Row] = [
        Row("{plain_language: {event: a}}", "a/text=The_SLA_holds c", closed: "1h", "pass met"),
        Row(
            "{plain_language: {event: a, text: 'event.text.replace(\"_\", \" \")'}}", "a/text=The_SLA_holds", closed: "1h",
            "fail missed"),
        Row("{plain_language: {event: a, text: 'event.text.replace(\"_\", \" \")'}}", "a/text=The_SLA_holds", "fail missed"),
        Row(
            "{plain_language: {event: a, text: 'event.text.replace(\"_\", \" \")', glossary: [SLA]}}", "a/text=The_SLA_holds",
            "holding met"),
        Row("{plain_language: {event: a}}", "a/text=SLA", closed: "1h", "fail missed"),
        Row("{plain_language: {event: a, at_most: 1}}", "a/text=SLA a/text=KPI", closed: "1h", "pass met"),
        Row("{plain_language: {event: a, at_most: 1}}", "a/text=SLA,KPI", closed: "1h", "fail missed"),
        Row("{plain_language: {event: a, at_most: 1}}", "a/text=SLA,SLA", closed: "1h", "pass met"),
        // Nothing is said.
        Row("{plain_language: {event: a}}", "b/text=SLA", closed: "1h", "not_activated"),
        Row("{plain_language: {event: a}}", "a b/text=SLA", closed: "1h", "pass met"),
        Row("{plain_language: {event: a, text: 'event.?text'}}", "a", closed: "1h", "pass met"),
        Row("{plain_language: {event: a, text: 'event.attributes.x'}}", "a a/x=SLA", closed: "1h", "fail missed"),
        // Cannot be read, and is no text.
        Row("{plain_language: {event: a}}", "a/!text", closed: "1h", "not_observable"),
        Row("{plain_language: {event: a}}", "a/!text a/text=SLA", closed: "1h", "fail missed"),
        Row("{plain_language: {event: a, text: 'event.attributes.x'}}", "a/x=5", closed: "1h", "not_observable"),
        // A source that never tells of such events.
        Row("{plain_language: {event: c}}", "poor: a/text=SLA", closed: "1h", "not_observable"),
        // A span, and parts.
        Row("{plain_language: {event: any}, span: {from: {first: b}}}", "a/text=SLA b c", closed: "1h", "pass met"),
        Row("{any_of: [{plain_language: {event: a}}, {existence: b}]}", "a/text=SLA b", closed: "1h", "pass met"),
    ]

    @Test(arguments: rows)
    func `texts of events are judged`(row: Row) throws {
        let verdict = try row.judged()
        #expect(told(verdict) == row.expected)
    }

    @Test func `evidence names the abbreviations and the event`() throws {
        let verdict = try Row("{plain_language: {event: a, at_most: 1}}", "b a/text=SLA,KPI&RCA,so", closed: "1h").judged()
        let evidence = try #require(verdict.evidence)
        #expect(evidence.reason == "'a' at 2026-01-05T09:01:00Z does not explain SLA, KPI, RCA, at most 1 allowed")
        #expect(evidence.events.map(\.index) == [1])
    }

    @Test(arguments: [
        ("level: major", "{plain_language: {event: a}}", ["the item is advisory, not major"], ItemDescription.Level.advisory),
        ("level: advisory", "{plain_language: {event: a}}", [], .advisory),
        ("weight: 1", "{plain_language: {event: a}}", [], .advisory),
        ("level: critical", "{all_of: [{existence: a}, {plain_language: {event: a}}]}", ["advisory, not critical"], .advisory),
        ("level: critical", "{all_of: [{existence: a}]}", [], .critical),
    ])
    func `such an item is always advisory`(
        item: String, check: String, notes: [String], level: ItemDescription.Level
    ) throws {
        let diagnostics = Diagnostics()
        let loaded = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check, item: item))], diagnostics: diagnostics)
        #expect(!diagnostics.hasErrors)
        #expect(diagnostics.sorted.count == notes.count)
        for (diagnostic, note) in zip(diagnostics.sorted, notes) {
            #expect(
                diagnostic.description.hasPrefix("t.yaml:10:12: warning[TL271]: ") && diagnostic.message.contains(note),
                "\(diagnostic)")
        }
        #expect(loaded.first?.items.map(\.level) == [level])
    }

    @Test(arguments: [
        ("{plain_language: {text: 'event.text'}}", "TL106"), ("{plain_language: {event: a, text: 'event.at'}}", "TL204"),
        ("{plain_language: {event: a, text: 'as_off'}}", "TL203"), ("{plain_language: {event: e}}", "TL256"),
        ("{plain_language: {event: a, at_most: -1}}", "TL107"), ("{plain_language: {event: a, glosary: [SLA]}}", "TL105"),
        ("{plain_language: {event: a, text: event.text}}", "TL202"), ("{plain_language: a}", "TL104"),
    ])
    func `a wrong check is told`(check: String, code: String) {
        let diagnostics = Diagnostics()
        _ = ChecklistLoader.load(files: [("t.yaml", Row.checklist(check: check))], diagnostics: diagnostics)
        #expect(diagnostics.sorted.contains { $0.code.name == code && $0.severity == .error }, "\(diagnostics.sorted)")
    }
}
