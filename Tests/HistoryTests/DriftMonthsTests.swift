import Foundation
import Language
import Scoring
import TestSupport
import Testing

@testable import History

/// What audits keep of every month, and what of it later ones find.
struct DriftMonthsTests {
    private static let day: Int64 = 86400

    /// Months of thirty days, number 0 beginning at 1970-01-01; `decided` tells them apart.
    private static func month(
        _ number: Int64, _ decided: Int = 10, partner: String = "p", item: String = "A", shift: Int64 = 0
    ) -> DriftMonth {
        let first = number * 30 * day + shift
        return DriftMonth(
            partner: partner, checklist: "c", item: item, month: Instant(seconds: first),
            end: Instant(seconds: first + 30 * day), decided: decided, met: 7, expected: 0.1 + 0.2, information: 1.0 / 3,
            customerSquares: 1e-300)
    }

    private func keep(
        _ id: String, asOf: Int64, _ months: [DriftMonth], in history: AuditHistory, incomplete: Set<String> = []
    ) throws {
        var audit = AuditHistoryTests.audit(id, asOf: asOf)
        audit.partners = Set(months.map(\.partner)).sorted().map { partner in
            var result = PartnerResult(id: partner, name: partner, functions: [], records: 0, items: [])
            result.isComplete = !incomplete.contains(partner)
            return result
        }
        audit.driftMonths = months
        try history.keep(audit, json: [])
    }

    private func found(_ history: AuditHistory, before asOf: Int64 = 1 << 40, endingBy limit: Int64 = 1 << 40) throws -> [String]
    {
        try history.driftMonths(before: Instant(seconds: asOf), endingBy: Instant(seconds: limit)).map {
            "\($0.partner) \($0.item) \($0.month.seconds / (30 * Self.day)) \($0.decided)"
        }
    }

    @Test func `months come back to the bit`() throws {
        let folder = try TemporaryFolder()
        var numbers = SeededNumbers(state: 7)
        let months = (0..<50).map { number in
            var month = Self.month(Int64(number))
            month.expected = Double.random(in: 0...1e6, using: &numbers)
            month.information = Double.random(in: 0...1, using: &numbers)
            month.customerSquares = Double.random(in: 0...1e-300, using: &numbers)
            month.month = Instant(seconds: month.month.seconds, nanoseconds: 1)
            return month
        }
        try keep("a", asOf: 0, months.reversed(), in: AuditHistory(path: folder.history))
        let again = try AuditHistory(path: folder.history)
            .driftMonths(before: Instant(seconds: 1), endingBy: Instant(seconds: 1 << 40))
        #expect(again == months)
    }

    @Test func `each month comes from the latest audit that tells of it`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        try keep("later", asOf: 200, [Self.month(2, 22), Self.month(3, 32)], in: history)
        try keep("early", asOf: 100, [Self.month(1, 11), Self.month(2, 21)], in: history)
        // Of one instant the one that was kept last.
        try keep("again", asOf: 200, [Self.month(3, 33), Self.month(3, 0, item: "B")], in: history)
        #expect(try found(history) == ["p A 1 11", "p A 2 22", "p A 3 33", "p B 3 0"])
        #expect(try found(history, before: 200) == ["p A 1 11", "p A 2 21"])
        #expect(try found(history, before: 100).isEmpty)
    }

    @Test func `only months that lie wholly before the instant count`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        try keep("a", asOf: 0, [Self.month(0), Self.month(1), Self.month(2)], in: history)
        let end = 60 * Self.day
        #expect(try found(history, endingBy: end) == ["p A 0 10", "p A 1 10"])
        #expect(try found(history, endingBy: end - 1) == ["p A 0 10"])
    }

    @Test func `no record is in two months`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        try keep("later", asOf: 200, [Self.month(2, 2, shift: Self.day)], in: history)
        try keep("early", asOf: 100, [Self.month(1, 1), Self.month(2, 2), Self.month(3, 3), Self.month(4, 4)], in: history)
        #expect(try found(history) == ["p A 1 1", "p A 2 2", "p A 4 4"])
    }

    @Test func `months of a partner that is not complete are not kept`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        try keep("early", asOf: 100, [Self.month(1, 5, partner: "p"), Self.month(1, 5, partner: "q")], in: history)
        try keep(
            "later", asOf: 200, [Self.month(1, 6, partner: "p"), Self.month(1, 6, partner: "q")], in: history, incomplete: ["q"])
        #expect(try found(history) == ["p A 1 6", "q A 1 5"])
    }

    @Test func `networks know nothing of one another`() throws {
        let folder = try TemporaryFolder()
        try keep("a", asOf: 0, [Self.month(0)], in: AuditHistory(path: folder.history, network: "n"))
        #expect(try found(AuditHistory(path: folder.history, network: "n")).count == 1)
        #expect(try found(AuditHistory(path: folder.history, network: "other")).isEmpty)
    }

    @Test func `every count of a tally comes back`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        var tally = Tally()
        let counts: [WritableKeyPath<Tally, Int>] = [
            \.pass, \.fail, \.holding, \.pending, \.notActivated, \.notApplicable, \.notObservable, \.early, \.waived, \.met,
            \.missed,
        ]
        for (number, count) in counts.enumerated() { tally[keyPath: count] = 3 + number }
        func item(_ id: String, _ tally: Tally, target: Double?) -> ItemResult {
            ItemResult(
                checklist: "c", item: id, tally: tally, rate: nil, low: nil, high: nil, target: target, worst: [])
        }
        var audit = AuditHistoryTests.audit("a", asOf: 0)
        audit.partners = [
            PartnerResult(
                id: "q", name: "Q", functions: [], records: 9,
                items: [item("A", tally, target: 0.1 + 0.2), item("B", Tally(), target: nil)]),
            PartnerResult(id: "p", name: "P", functions: [], records: 9, items: [item("A", tally, target: 1)]),
        ]
        try history.keep(audit, json: [])
        let kept = try AuditHistory(path: folder.history).tallies(of: "a")
        #expect(kept.map { "\($0.partner) \($0.checklist) \($0.item)" } == ["p c A", "q c A", "q c B"])
        #expect(kept.map(\.tally) == [tally, tally, Tally()])
        #expect(kept.map(\.target) == [1, 0.1 + 0.2, nil])
        #expect(try history.tallies(of: "b").isEmpty)
    }
}
