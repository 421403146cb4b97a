import Foundation
import TestSupport
import Testing

/// What a review found of the commands.
struct ReviewCommandTests {
    /// A folder with a config of one partner and a calendar, and a checklist beside it that counts by a clock.
    private static func shop(clock: String) throws -> Workshop {
        let shop = try Workshop()
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write(
            "touchline.yaml",
            AuditTests.config([(id: "north", url: "file:north.json")])
                + "\ncalendars: {office: {zone: UTC, hours: {mon-fri: \"09:00-17:00\"}}}\n")
        try shop.write("c.yaml", AuditTests.checklist.replacingOccurrences(of: "within: 1h", with: "within: 4h, clock: \(clock)"))
        return shop
    }

    /// Escalated on a Friday at four, acknowledged on Monday at eleven.
    private static func record(of partner: String) -> String {
        """
        {"partner":"\(partner)","id":"7","kind":"escalation","opened":"2026-01-09T16:00:00Z","closed":"2026-01-13T00:00:00Z",\
        "events":[{"at":"2026-01-09T16:00:00Z","activity":"escalated"},{"at":"2026-01-12T11:00:00Z","activity":"acknowledged"}]}

        """
    }

    private static func check(_ shop: Workshop, _ options: String..., input: String) async throws -> Program.Result {
        try await Program.run(
            ["check", "--checklist", "c.yaml", "--as-of", "2026-03-01T00:00:00Z", "--verdicts", "all"] + options, in: shop.path,
            input: input)
    }

    @Test func `check counts by the calendars of a config that is given beside checklists`() async throws {
        let shop = try Self.shop(clock: "office")
        let both = try await Self.check(shop, "-c", "touchline.yaml", input: Self.record(of: "north"))
        #expect(both.code == 0, "\(both.err)")
        #expect(both.out.contains(#""item":"A1","verdict":"pass""#), "\(both.out)")
        let alone = try await Self.check(shop, input: Self.record(of: "north"))
        #expect(alone.out.contains(#""item":"A1","verdict":"not_observable""#), "\(alone.out)")
    }

    @Test func `check judges the partners of a config that is given beside checklists`() async throws {
        let shop = try Self.shop(clock: "elapsed")
        let both = try await Self.check(shop, "-c", "touchline.yaml", input: Self.record(of: "south"))
        #expect(both.out == "")
        #expect(both.err.contains("the config does not list the partner 'south'"))
        let alone = try await Self.check(shop, input: Self.record(of: "south"))
        #expect(alone.out.contains(#""item":"A1","verdict":"fail""#), "\(alone.out)")
    }

    @Test func `check refuses checklists that do not fit the config that is given beside them`() async throws {
        let shop = try Self.shop(clock: "emea")
        let done = try await Self.check(shop, "-c", "touchline.yaml", input: "")
        #expect(done.code == 2)
        #expect(done.out == "")
        #expect(done.err.contains("c.yaml:10:") && done.err.contains("TL259"), "\(done.err)")
    }

    @Test func `a calendar that has something wrong is not called missing`() async throws {
        let shop = try Self.shop(clock: "office")
        try shop.write("checklists/small.yaml", AuditTests.checklist.replacingOccurrences(of: "1h", with: "1h, clock: office"))
        let config = AuditTests.config([(id: "north", url: "file:north.json")]).replacingOccurrences(
            of: "functions: [escalation]", with: "functions: [escalation], calendar: office")
        try shop.write("touchline.yaml", config + "\ncalendars: {office: {zone: UTC, hours: {mon-fri: \"9-17\"}}}\n")
        let done = try await Program.run(["lint", "touchline.yaml"], in: shop.path)
        #expect(done.code == 1)
        let errors = done.out.split(separator: "\n").filter { $0.contains("error[") }
        #expect(errors.count == 1 && errors[0].contains("TL180"), "\(done.out)")
    }

    @Test func `lint of a file that is no YAML says so and no more`() async throws {
        let shop = try Workshop()
        try shop.write("broken.yaml", "touchline: checklist/1\nid: [a\n")
        let done = try await Program.run(["lint", "broken.yaml"], in: shop.path)
        #expect(done.code == 1)
        #expect(done.out.hasPrefix("broken.yaml:"), "\(done.out)")
        #expect(!done.err.contains("no definitions"), "\(done.err)")
    }
}
