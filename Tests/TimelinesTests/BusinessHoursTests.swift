import Foundation
import Language
import TestSupport
import Testing

@testable import Timelines

/// Working time by calendars: the vectors, calendars as people write them, and a slow walk that must say the same.
struct BusinessHoursTests {
    private struct Vectors: Decodable {
        struct Calendar: Decodable {
            let zone: String
            let week: [String: [[String]]]
            let holidays: [String]
        }

        struct Vector: Decodable {
            let kind: String
            let calendar: String
            let from: String?
            let to: String?
            let business_seconds: Int64?
            let start: String?
            let target_seconds: Int64?
            let due: String?
        }

        let calendars: [String: Calendar]
        let vectors: [Vector]
    }

    private static func yaml(_ calendar: Vectors.Calendar) -> String {
        let hours = calendar.week.sorted { $0.key < $1.key }.map { day, ranges in
            "\(day): [" + ranges.map { "\"\($0[0])-\($0[1])\"" }.joined(separator: ", ") + "]"
        }
        return "{zone: \(calendar.zone), hours: {\(hours.joined(separator: ", "))}, "
            + "holidays: [\(calendar.holidays.joined(separator: ", "))]}"
    }

    private static func load(_ calendars: String) -> (calendars: [String: BusinessCalendar], problems: [String]) {
        let diagnostics = Diagnostics()
        guard let root = YAMLDocument.read("calendars:\n" + calendars + "\n", file: "c.yaml", diagnostics: diagnostics),
            var mapping = YAMLMapping(root, "the config", diagnostics)
        else { return ([:], diagnostics.sorted.map(\.description)) }
        let calendars = BusinessCalendar.load(&mapping)
        mapping.finish()
        return (calendars, diagnostics.sorted.map(\.description))
    }

    private static func hours(_ calendar: String) throws -> BusinessHours {
        let loaded = load("  c: \(calendar)")
        #expect(loaded.problems.isEmpty)
        return BusinessHours(try #require(loaded.calendars["c"]))
    }

    private static func instant(_ text: String?) throws -> Instant {
        try #require(text.flatMap { Instant(rfc3339: $0) })
    }

    @Test func `every vector of working time and of deadlines holds`() throws {
        guard let bytes = Shared.bytes("conformance/business-time/business-time-vectors.json") else { return }
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(bytes))
        let hours = try vectors.calendars.mapValues { try Self.hours(Self.yaml($0)) }
        var right = 0
        for vector in vectors.vectors {
            let calendar = try #require(hours[vector.calendar])
            if vector.kind == "elapsed" {
                let (from, to) = (try Self.instant(vector.from), try Self.instant(vector.to))
                let elapsed = try calendar.elapsed(from: from, to: to)
                let back = try calendar.elapsed(from: to, to: from)
                #expect(elapsed == .seconds(try #require(vector.business_seconds)), "\(vector)")
                #expect(back == .zero - elapsed)
                right += elapsed == .seconds(vector.business_seconds ?? -1) ? 1 : 0
            } else {
                let start = try Self.instant(vector.start)
                let target = try #require(vector.target_seconds)
                let (due, last) = try calendar.deadline(after: start, length: .seconds(target))
                #expect(due == (try Self.instant(vector.due)), "\(vector)")
                #expect(try calendar.elapsed(from: start, to: due) == .seconds(target))
                #expect(try calendar.elapsed(from: start, to: last) == .seconds(target))
                #expect(try calendar.elapsed(from: start, to: last + .nanoseconds(1)) > .seconds(target))
                right += due == (try Self.instant(vector.due)) ? 1 : 0
            }
        }
        print("business time: \(right) of \(vectors.vectors.count) vectors")
        #expect(right == 462)
    }

    static let oddities = [
        "{zone: Europe/Paris, hours: {mon-fri: [\"09:00-12:30\", \"13:30-18:00\"]}, holidays: [2026-12-25]}",
        "{zone: America/New_York, hours: {mon-sun: \"22:00-06:00\"}, holidays: [2026-03-08, 2026-11-01]}",
        "{zone: Asia/Kolkata, hours: {sat-sun: [\"10:30-14:00\"], wed: \"00:00-24:00\"}}",
        "{zone: Australia/Lord_Howe, hours: {\"mon, thu\": [\"00:00-02:15\", \"23:45-24:00\"]}}",
        "{zone: Pacific/Apia, hours: {mon-sun: [\"08:00-17:00\"]}}",
        "{zone: \"+05:30\", hours: {fri-mon: [\"20:00-20:01\"]}}",
        "{zone: Africa/Casablanca, hours: {mon-sun: [\"01:00-04:00\"]}}",
    ]

    /// By minutes: a minute works where the clocks of the zone show a working time of its day, or of the day before where
    /// hours cross midnight.
    private static func works(_ calendar: BusinessCalendar, _ second: Int64) -> Bool {
        let local = Int(second) + calendar.zone.offset(atSeconds: second)
        let day = Int((Double(local) / 86_400).rounded(.down))
        let secondOfDay = local - day * 86_400
        return [(day, secondOfDay), (day - 1, secondOfDay + 86_400)].contains { day, second in
            !calendar.holidays.contains(day)
                && calendar.week[CivilDate(daysSince1970: day).dayOfWeek].contains { $0.contains(second) }
        }
    }

    @Test(arguments: oddities) func `a walk minute by minute gives the same working time`(calendar: String) throws {
        let hours = try Self.hours(calendar)
        // Clocks change in these weeks somewhere; two ordinary ones beside them.
        for week in [
            "2026-03-05", "2026-03-26", "2026-04-02", "2026-10-01", "2026-10-29", "2011-12-27", "2026-12-23", "1999-12-30",
        ] {
            let start = try Self.instant(week + "T00:00:00Z")
            var worked: Int64 = 0
            for minute in 0..<(9 * 1440) {
                let now = start + .seconds(minute * 60)
                if minute % 97 == 0 {
                    #expect(try hours.elapsed(from: start, to: now) == .seconds(worked), "\(week), minute \(minute)")
                }
                if Self.works(hours.calendar, now.seconds) { worked += 60 }
            }
        }
    }

    @Test func `fractions of a second count within working hours only`() throws {
        let hours = try Self.hours(Self.oddities[0])
        let friday = try Self.instant("2026-01-09T16:59:59.25Z")
        let monday = try Self.instant("2026-01-12T08:00:00.5Z")
        #expect(try hours.elapsed(from: friday, to: monday) == .milliseconds(1250))
        let (due, last) = try hours.deadline(after: friday, length: .seconds(1))
        #expect(due == (try Self.instant("2026-01-12T08:00:00.25Z")))
        #expect(last == due)
    }

    @Test func `a deadline at closing time is kept until the doors open again`() throws {
        let hours = try Self.hours(Self.oddities[0])
        let (due, last) = try hours.deadline(after: try Self.instant("2026-01-09T16:00:00Z"), length: .seconds(3600))
        #expect(due == (try Self.instant("2026-01-09T17:00:00Z")))
        #expect(last == (try Self.instant("2026-01-12T08:00:00Z")))
        let none = try hours.deadline(after: try Self.instant("2026-01-10T12:00:00Z"), length: .zero)
        #expect(none.due == (try Self.instant("2026-01-10T12:00:00Z")))
        #expect(none.last == (try Self.instant("2026-01-12T08:00:00Z")))
    }

    @Test func `beyond the table nothing is invented`() throws {
        let hours = try Self.hours(Self.oddities[0])
        let known = try Self.instant("2026-01-09T16:00:00Z")
        for text in ["0001-01-01T00:00:00Z", "1979-12-31T23:59:59Z", "2080-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
            #expect(throws: EvaluationError.self) { try hours.elapsed(from: known, to: try Self.instant(text)) }
        }
        for seconds in [Int64.max, 10_000_000_000] {
            #expect(throws: EvaluationError.self) { try hours.deadline(after: known, length: .seconds(seconds)) }
        }
    }

    @Test(arguments: [
        ("{zone: Europe/Pari, hours: {mon: \"09:00-10:00\"}}", "TL182"),
        ("{hours: {mon: \"09:00-10:00\"}}", "TL106"), ("{zone: UTC}", "TL106"), ("{zone: UTC, hours: {}}", "TL180"),
        ("{zone: UTC, hours: {mon: \"9-10\"}}", "TL180"), ("{zone: UTC, hours: {mon: \"09:00-09:00\"}}", "TL180"),
        ("{zone: UTC, hours: {mon: \"24:00-25:00\"}}", "TL180"), ("{zone: UTC, hours: {mon: \"09:60-10:00\"}}", "TL180"),
        ("{zone: UTC, hours: {moon: \"09:00-10:00\"}}", "TL181"), ("{zone: UTC, hours: {mon-tue-wed: \"09:00-10:00\"}}", "TL181"),
        ("{zone: UTC, hours: {mon: [\"09:00-10:00\", \"09:30-11:00\"]}}", "TL184"),
        ("{zone: UTC, hours: {mon-fri: \"09:00-10:00\", tue: \"08:00-12:00\"}}", "TL184"),
        ("{zone: UTC, hours: {mon: \"09:00-10:00\"}, holidays: [2026-02-30]}", "TL183"),
        ("{zone: UTC, hours: {mon: \"09:00-10:00\"}, day: 25h}", "TL107"),
        ("{zone: UTC, hours: {mon: \"09:00-10:00\"}, opening: 8}", "TL105"),
    ])
    func `what a calendar has wrong is said with its place`(calendar: String, code: String) {
        let loaded = Self.load("  c: \(calendar)")
        #expect(loaded.problems.contains { $0.contains("[\(code)]") && $0.hasPrefix("c.yaml:2:") }, "\(loaded.problems)")
        #expect(loaded.calendars.isEmpty)
    }

    @Test func `a week of a calendar has as many days as have hours`() throws {
        let loaded = Self.load("  c: {zone: UTC, hours: {mon-thu: \"09:00-17:00\", fri: \"09:00-12:00\"}, day: 8h}")
        #expect(loaded.calendars["c"]?.weekLength == Int64(144_000))
    }
}
