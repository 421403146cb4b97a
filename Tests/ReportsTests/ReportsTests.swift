import Foundation
import Language
import Scoring
import Testing
import Timelines

@testable import Checklists
@testable import Reports

struct AuditJSONTests {
    @Test func `audit.json has the names and the order of the contract`() throws {
        try Golden.expect(AuditJSON.bytes(SampleAudit.audit), is: "audit.json")
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(AuditJSON.bytes(SampleAudit.audit))) }
    }

    @Test func `verdict lines are sorted and hold the evidence`() throws {
        let folder = try TemporaryFolder()
        for failsOnly in [true, false] {
            let file = try OutputFile(path: folder.path + "/\(failsOnly).ndjson")
            var lines = VerdictLines(to: file, slots: ItemSlots(SampleAudit.items), failsOnly: failsOnly) { source, page in
                page == 1 ? "sha of \(source)" : nil
            }
            _ = try SampleAudit.scores { try lines.write($0) }
            try lines.finish()
        }
        let all = try folder.text("false.ndjson").split(separator: "\n")
        let fails = try folder.text("true.ndjson").split(separator: "\n")
        let tallies = SampleAudit.audit.partners.flatMap(\.items).map(\.tally)
        #expect(fails.count == tallies.reduce(0) { $0 + $1.fail })
        #expect(all.count == SampleAudit.audit.partners.reduce(0) { $0 + $1.records * $1.items.count })
        #expect(all.filter { $0.contains("\"verdict\":\"fail\"") } == fails)
        let keys = try all.map { line in
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return ["partner", "record", "checklist", "item"].compactMap { object[$0] as? String }.map { Array($0.utf8) }
        }
        #expect(
            zip(keys, keys.dropFirst()).allSatisfy { a, b in
                for (a, b) in zip(a, b) where a != b { return a.lexicographicallyPrecedes(b) }
                return false
            })
        let expected =
            #"{"partner":"northwind","record":"4005","checklist":"escalation","item":"ESC-05","verdict":"fail","due":null,"#
            + #""evidence":{"reason":"escalated was answered by acknowledged after 8 h, later than 2 h","#
            + #""events":[{"index":0,"at":"2026-01-05T18:00:00Z","activity":"escalated"},"#
            + #"{"index":3,"at":"2026-01-06T02:00:00Z","activity":"acknowledged"}],"#
            + #""source":"northwind-desk","page":1,"pointer":"/tickets/5","sha256":"sha of northwind-desk"}}"#
        #expect(fails.contains { $0 == expected })
        #expect(all.contains { $0.contains(#""verdict":"pending","due":"2026-"#) && $0.contains(#""reason":null,"events":[]"#) })
    }

    @Test func `run.json says what went over the wire`() {
        let pages = [1, 3].map { PageSummaryFixture.page(number: $0, attempt: $0) }
        let run = RunJSON(
            version: "1", auditID: "a", started: Instant(seconds: 0, nanoseconds: 500_000_000), wallSeconds: 1.5,
            machine: [(name: "system", value: "Linux")], sources: [RunJSON.SourceRun(id: "desk", pages: pages)])
        let text = String(decoding: run.bytes, as: UTF8.self)
        #expect(text.contains("\"started\": \"1970-01-01T00:00:00.5Z\""))
        #expect(text.contains("\"retries\": 2"))
        #expect(text.contains("\"bytes\": 20"))
        #expect(text.contains("\"system\": \"Linux\""))
    }
}

struct PageTests {
    @Test func `the pages are as they were reviewed`() throws {
        let audit = SampleAudit.audit
        try Golden.expect(IndexPage(audit).bytes, is: "index.html")
        let partner = try #require(audit.partners.first { $0.id == "southpeak" })
        try Golden.expect(PartnerPage(audit, partner: partner).bytes, is: "partner.html")
    }

    @Test func `hostile names are inert on every page`() throws {
        let audit = SampleAudit.audit
        for bytes in [IndexPage(audit).bytes] + audit.partners.map({ PartnerPage(audit, partner: $0).bytes }) {
            let page = String(decoding: bytes, as: UTF8.self)
            let scalars = page.unicodeScalars
            #expect(!page.contains("<script") && !page.contains("<SCRIPT"))
            #expect(!scalars.contains { ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) })
            // No quote is left that a combining mark hides from a reader of characters.
            #expect(!bytes.indices.dropLast(2).contains { bytes[$0] == 0x22 && bytes[$0 + 1] == 0xCC && bytes[$0 + 2] == 0x81 })
            #expect(!page.contains(" onload='"))
            // Nothing is loaded from elsewhere.
            for loading in ["http:", "https:", "src=", "url(", "@import", "<link", "<iframe", "javascript:"] {
                #expect(!page.contains(loading), "\(loading)")
            }
            // Every override stands inside an isolate, and every isolate ends.
            for part in page.split(separator: "\u{202E}").dropLast() {
                let tail = part.suffix(200)
                let opens = tail.ranges(of: "<bdi>").last?.lowerBound
                let closes = tail.ranges(of: "</bdi>").last?.lowerBound
                #expect(opens != nil && (closes.map { closed in opens.map { $0 > closed } ?? false } ?? true), "\(tail)")
            }
            #expect(page.ranges(of: "<bdi>").count == page.ranges(of: "</bdi>").count)
        }
    }

    @Test func `what nobody can tell is never coloured`() {
        let cell: (Tally, Double?) -> HeatCell = { tally, target in
            let item = SampleAudit.item("A", "A", .major, target: target)
            let partner = PartnerResult(
                id: "p", name: "p", functions: [], records: 1, items: [Estimate.result(of: item, tally, worst: [])])
            return HeatCell(item, partner)
        }
        func tally(_ verdict: Verdict, _ share: RateShare = .none, times: Int = 1) -> Tally {
            (0..<times).reduce(into: Tally()) { tally, _ in tally.add(verdict, share) }
        }
        #expect(cell(tally(.notObservable), 0.9).style == "unseen")
        #expect(cell(tally(.notObservable), 0.9).lines == ["not observable", "1 record"])
        #expect(cell(tally(.notApplicable), 0.9).lines == ["not applicable"])
        #expect(cell(tally(.notActivated), 0.9).lines == ["never triggered"])
        #expect(cell(tally(.pass), 0.9).lines == ["nothing decided yet", "1 open"])
        #expect(cell(Tally(), 0.9).lines == ["no records"])
        for verdict in [Verdict.notObservable, .notApplicable, .notActivated, .pass, .holding, .pending] {
            #expect(["unseen", "idle"].contains(cell(tally(verdict), 0.9).style))
        }
        #expect(cell(tally(.pass, .met, times: 9) + tally(.notObservable, times: 4), 0.9).lines.last == "4 not observable")
        #expect(cell(tally(.pass, .met), nil).style == "plain")
        #expect(cell(tally(.pass, .met), 0.9).style == "b3")
        #expect(cell(tally(.fail, .missed), 0.9).style == "w4")
    }

    @Test func `an incomplete audit says so loudly, a complete one does not`() {
        var audit = SampleAudit.audit
        #expect(String(decoding: IndexPage(audit).bytes, as: UTF8.self).contains("This audit is incomplete"))
        for index in audit.sources.indices { audit.sources[index].outcome = "complete" }
        audit.caveats = []
        #expect(!String(decoding: IndexPage(audit).bytes, as: UTF8.self).contains("class=\"banner\""))
    }
}

struct WriterTests {
    @Test(arguments: [
        ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"), ("\"\u{301}<\u{301}", "&quot;\u{301}&lt;\u{301}"),
        ("a\0b\u{1B}c\u{85}d\u{7F}", "abcd"),
        ("x\ny\tz", "x y z"), ("abc\u{202E}def", "abcdef"), ("日本", "日本"),
    ])
    func `text is escaped`(text: String, html: String) {
        var writer = HTMLWriter()
        writer.text(text)
        #expect(Array(writer.bytes) == Array(html.utf8))
    }

    @Test func `names are isolated with the overrides that they hold`() {
        var writer = HTMLWriter()
        writer.name("<\u{202E}x")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "<bdi>&lt;\u{202E}x</bdi>")
    }

    @Test func `attributes keep their quotes closed and drop overrides`() {
        var writer = HTMLWriter()
        writer.element("a", ["href": "x\"\u{301} onclick=\"y\u{202E}"], "z")
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "<a href=\"x&quot;\u{301} onclick=&quot;y\">z</a>")
    }

    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00Z", "1 Jan 1970, 00:00"),
            (1_772_323_199, 0, "2026-02-28T23:59:59Z", "28 Feb 2026, 23:59:59"),
            (951_782_400, 120_000_000, "2000-02-29T00:00:00.12Z", "29 Feb 2000, 00:00"),
            (-1, 0, "1969-12-31T23:59:59Z", "31 Dec 1969, 23:59:59"),
            (-2_203_891_200, 0, "1900-03-01T00:00:00Z", "1 Mar 1900, 00:00"),
            (253_402_300_799, 0, "9999-12-31T23:59:59Z", "31 Dec 9999, 23:59:59"),
        ] as [(Int64, Int32, String, String)])
    func `instants are written in UTC`(seconds: Int64, nanoseconds: Int32, machine: String, person: String) {
        let instant = Instant(seconds: seconds, nanoseconds: nanoseconds)
        #expect(Moments.rfc3339(instant) == machine)
        #expect(Moments.readable(instant) == person)
    }

    @Test(
        arguments: [
            (0, "0 s"), (12, "12 s"), (60, "1 min"), (95, "1 min 35 s"), (3600, "1 h"), (187_200, "2 d 4 h"), (86_460, "1 d"),
            (-90, "-1 min 30 s"),
        ] as [(Int64, String)])
    func `lengths are said in their two largest units`(seconds: Int64, text: String) {
        #expect(Moments.length(seconds) == text)
    }

    @Test(arguments: [
        ("northwind", "partners/northwind.html", "partners/northwind.html"),
        ("Org line A2", "partners/Org%20line%20A2.html", "partners/Org%2520line%2520A2.html"),
        ("../x", "partners/..%2Fx.html", "partners/..%252Fx.html"),
        ("é", "partners/%C3%A9.html", "partners/%25C3%25A9.html"),
    ])
    func `partners' pages have safe names, and links that find them`(id: String, file: String, link: String) {
        #expect(FileNames.page(ofPartner: id) == file)
        #expect(FileNames.link(toPartner: id) == link)
    }

    @Test func `a long id is cut and still told apart`() {
        let names = ["a", "b"].map { FileNames.page(ofPartner: String(repeating: "日", count: 100) + $0) }
        #expect(names[0] != names[1])
        #expect(names.allSatisfy { $0.utf8.count < 255 })
    }
}

struct ReportFolderTests {
    private func writeAudit(_ target: String, mark: String) throws {
        let folder = try ReportFolder(target: target)
        for name in ["audit.json", "index.html", "partners/\(mark).html"] { try folder.write(Array(mark.utf8), to: name) }
        try folder.commit()
    }

    @Test func `nothing is at the place until all is written`() throws {
        let place = try TemporaryFolder()
        do {
            let folder = try ReportFolder(target: place.path + "/deep/audit")
            try folder.write([1], to: "partners/a.html")
            #expect(try !place.names("deep").contains("audit"))
        }
        // One that is given up leaves nothing.
        #expect(try place.names("deep").isEmpty)
        try writeAudit(place.path + "/deep/audit", mark: "one")
        #expect(try place.names("deep") == ["audit"])
        #expect(try place.names("deep/audit") == ["audit.json", "index.html", "partners"])
    }

    @Test func `an audit of ours is replaced with its stale pages`() throws {
        let place = try TemporaryFolder()
        try writeAudit(place.path + "/audit", mark: "one")
        try writeAudit(place.path + "/audit", mark: "two")
        #expect(try place.names() == ["audit"])
        #expect(try place.names("audit/partners") == ["two.html"])
        #expect(try place.text("audit/audit.json") == "two")
    }

    @Test func `other people's files stay`() throws {
        let place = try TemporaryFolder()
        try writeAudit(place.path + "/audit", mark: "one")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: place.path + "/audit/notes.txt"))
        try writeAudit(place.path + "/audit", mark: "two")
        #expect(try place.text("audit/notes.txt") == "mine")
        #expect(try place.text("audit/audit.json") == "two")
        #expect(try place.names("audit/partners") == ["two.html"])
        #expect(try place.names() == ["audit"])
    }

    @Test func `a place that cannot be written is named`() throws {
        let place = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: place.path + "/file"))
        let error = #expect(throws: ReportError.self) { try ReportFolder(target: place.path + "/file/audit") }
        #expect(error.map(String.init(describing:))?.contains(place.path + "/file/audit") == true)
    }

    @Test func `all reports of an audit are written`() throws {
        let place = try TemporaryFolder()
        let folder = try ReportFolder(target: ProcessInfo.processInfo.environment["TOUCHLINE_SHOW"] ?? place.path + "/audit")
        try AuditReports.write(SampleAudit.audit, json: AuditJSON.bytes(SampleAudit.audit), into: folder)
        try folder.commit()
        guard ProcessInfo.processInfo.environment["TOUCHLINE_SHOW"] == nil else { return }
        #expect(try place.names("audit") == ["audit.json", "index.html", "partners"])
        #expect(try place.names("audit/partners").count == 4)
    }
}
