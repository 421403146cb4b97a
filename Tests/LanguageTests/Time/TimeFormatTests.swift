import Language
import Testing

@Suite struct TimeFormatTests {
    private func read(_ text: String, _ format: String, _ zone: String = "UTC") throws -> String? {
        let format = try TimeFormat.parse(format).get()
        let zone = try #require(Zone(zone))
        return format.read(text, zone: zone)?.description
    }

    @Test(arguments: [
        ("05/01/2026 09:12", "%d/%m/%Y %H:%M", "UTC", "2026-01-05T09:12:00Z"),
        ("5/1/2026 9:12", "%d/%m/%Y %H:%M", "UTC", "2026-01-05T09:12:00Z"),
        ("2026-01-05T10:12:00.123+0100", "%Y-%m-%dT%H:%M:%S.%f%z", "UTC", "2026-01-05T09:12:00.123Z"),
        ("2026-01-05T10:12:00.123456+01:00", "%Y-%m-%dT%H:%M:%S.%f%z", "UTC", "2026-01-05T09:12:00.123456Z"),
        ("2026-01-05T09:12:00Z", "%Y-%m-%dT%H:%M:%S%z", "Europe/Paris", "2026-01-05T09:12:00Z"),
        ("2026-01-05 10:12", "%Y-%m-%d %H:%M", "Europe/Paris", "2026-01-05T09:12:00Z"),
        ("2026-07-05 11:12", "%Y-%m-%d %H:%M", "Europe/Paris", "2026-07-05T09:12:00Z"),
        ("2026-01-05 14:42", "%F %R", "+05:30", "2026-01-05T09:12:00Z"),
        ("Jan 5, 2026 9:12 PM", "%b %e, %Y %I:%M %p", "UTC", "2026-01-05T21:12:00Z"),
        ("January  5 2026 12:05 am", "%B %d %Y %I:%M %p", "UTC", "2026-01-05T00:05:00Z"),
        ("may 5 26", "%B %d %y", "UTC", "2026-05-05T00:00:00Z"), ("01-02-70", "%d-%m-%y", "UTC", "1970-02-01T00:00:00Z"),
        ("2024 366", "%Y %j", "UTC", "2024-12-31T00:00:00Z"), ("20260105091200", "%Y%m%d%H%M%S", "UTC", "2026-01-05T09:12:00Z"),
        ("Mon, 05 Jan 2026 09:12:00 +0000", "%a, %d %b %Y %T %z", "UTC", "2026-01-05T09:12:00Z"),
        ("100% 2026", "100%% %Y", "UTC", "2026-01-01T00:00:00Z"),
        // In New York the clocks skip from 2:00 to 3:00 on 8 March 2026, and show 1:00 to 2:00 twice on 1 November.
        ("2026-03-08 02:30", "%Y-%m-%d %H:%M", "America/New_York", "2026-03-08T07:30:00Z"),
        ("2026-03-08 01:59", "%Y-%m-%d %H:%M", "America/New_York", "2026-03-08T06:59:00Z"),
        ("2026-03-08 03:00", "%Y-%m-%d %H:%M", "America/New_York", "2026-03-08T07:00:00Z"),
        ("2026-11-01 01:30", "%Y-%m-%d %H:%M", "America/New_York", "2026-11-01T05:30:00Z"),
        ("2026-11-01 02:00", "%Y-%m-%d %H:%M", "America/New_York", "2026-11-01T07:00:00Z"),
        ("2026-10-25 02:30", "%Y-%m-%d %H:%M", "Europe/Paris", "2026-10-25T00:30:00Z"),
    ])
    func `a time is read by its format`(text: String, format: String, zone: String, instant: String) throws {
        #expect(try read(text, format, zone) == instant)
    }

    @Test(arguments: [
        ("31/04/2026", "%d/%m/%Y"), ("29/02/2026", "%d/%m/%Y"), ("1/13/2026", "%d/%m/%Y"), ("01/01/26", "%d/%m/%Y"),
        ("01/01/2026 ", "%d/%m/%Y"), (" 01/01/2026", "%Y"), ("2026-01-01 24:00", "%Y-%m-%d %H:%M"), ("2026-01-01", "%Y-%m-%d %H"),
        ("2025 366", "%Y %j"), ("2026 Foo", "%Y %b"), ("2026.1234567", "%Y.%f"), ("2026+1", "%Y%z"), ("2026 13 PM", "%Y %I %p"),
        ("", "%Y"), ("2026T", "%Y "),
    ])
    func `what does not fit is refused`(text: String, format: String) throws {
        #expect(try read(text, format) == nil)
    }

    @Test(arguments: ["%Q", "%", "%Y-%", "%d/%m", "", "%E"])
    func `a wrong format is refused`(format: String) {
        #expect(throws: TimeFormat.Problem.self) { try TimeFormat.parse(format).get() }
    }

    @Test(arguments: ["Mars/Olympus", "", "+5", "25:00", "+05:60", "Europe", String(repeating: "x", count: 200)])
    func `a wrong zone is refused`(name: String) {
        #expect(Zone(name) == nil)
    }
}
