import Language
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"),
        ("2026-01-05T09:12:00Z", 1_767_604_320, 0, "2026-01-05T09:12:00Z"),
        ("2026-01-05t09:12:00z", 1_767_604_320, 0, "2026-01-05T09:12:00Z"),
        ("2026-01-05T10:12:00+01:00", 1_767_604_320, 0, "2026-01-05T09:12:00Z"),
        ("2026-01-05T03:42:00.25-05:30", 1_767_604_320, 250_000_000, "2026-01-05T09:12:00.25Z"),
        ("2026-01-05T09:12:00.000000001Z", 1_767_604_320, 1, "2026-01-05T09:12:00.000000001Z"),
        ("2024-02-29T23:59:59Z", 1_709_251_199, 0, "2024-02-29T23:59:59Z"),
        ("2000-02-29T00:00:00Z", 951_782_400, 0, "2000-02-29T00:00:00Z"),
        ("1969-12-31T23:59:59.5Z", -1, 500_000_000, "1969-12-31T23:59:59.5Z"),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0, "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
    ])
    func `a time of RFC 3339 is read and written`(text: String, seconds: Int, nanoseconds: Int, written: String) throws {
        let instant = try #require(Instant(rfc3339: text))
        #expect(instant == Instant(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds)))
        #expect(instant.description == written)
        #expect(Instant(rfc3339: Array(text.utf8)) == instant)
    }

    @Test(arguments: [
        "", "2026-01-05", "2026-01-05T09:12Z", "2026-01-05T09:12:00", "2026-01-05 09:12:00Z", "2026-1-05T09:12:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T09:60:00Z",
        "2026-01-05T09:12:60Z", "2026-01-05T09:12:00.Z", "2026-01-05T09:12:00.1234567890Z", "2026-01-05T09:12:00+0100",
        "2026-01-05T09:12:00+01:60", "2026-01-05T09:12:00+24:00", "2026-01-05T09:12:00Z ", " 2026-01-05T09:12:00Z",
        "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "2026-01-05T09:12:0/Z",
        "2026-01-05T09:12:0:Z", "+026-01-05T09:12:00Z", "２026-01-05T09:12:00Z", "2026-01-05T09:12:00Ž",
    ])
    func `anything else is refused`(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func `days and dates agree over four centuries`() {
        var date = CivilDate(year: 1899, month: 12, day: 31)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for days in CivilDate(year: 1900, month: 1, day: 1).daysSince1970...CivilDate(year: 2300, month: 1, day: 1).daysSince1970
        {
            let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
            let length = lengths[date.month - 1] + (isLeap && date.month == 2 ? 1 : 0)
            date =
                date.day < length
                ? CivilDate(year: date.year, month: date.month, day: date.day + 1)
                : CivilDate(year: date.year + date.month / 12, month: date.month % 12 + 1, day: 1)
            guard CivilDate(daysSince1970: days) == date, date.daysSince1970 == days else {
                Issue.record("\(days) is not \(date)")
                return
            }
        }
    }

    @Test(arguments: [
        ("0", 0), ("1h30m", 5_400_000_000_000), ("-1.5s", -1_500_000_000), ("100ms", 100_000_000), ("1us", 1000), ("5ns", 5),
        (".5s", 500_000_000), ("+3m", 180_000_000_000), ("1h1m1s1ms1us1ns", 3_661_001_001_001),
        ("2562047h", 9_223_369_200_000_000_000),
    ])
    func `a length is read as CEL writes it`(text: String, nanoseconds: Int) {
        #expect(Duration(celText: text) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: ["", "1", "s", "-", "1d", "1h 30m", ".s", "h1", "1.5", "2562048h", "1e3s", "--1s"])
    func `no other length is read`(text: String) {
        #expect(Duration(celText: text) == nil)
    }

    @Test func `a length is written in seconds`() {
        #expect(Duration.seconds(5400).celText == "5400s")
        #expect(Duration.milliseconds(1).celText == "0.001s")
        #expect(Duration.milliseconds(-1500).celText == "-1.5s")
        #expect(Duration.zero.celText == "0s")
    }
}

/// The plain form of a time is read eight bytes at a time: that way and the general one agree on every byte.
struct PlainInstantTests {
    @Test(arguments: ["2026-01-05T09:12:00Z", "2024-02-29T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T19:00:09Z"])
    func `whatever byte is changed, Z reads like an offset of zero`(text: String) {
        var read = 0
        for place in 0..<19 {
            for byte in UInt8.min...UInt8.max {
                var bytes = Array(text.utf8)
                bytes[place] = byte
                let general = Instant(rfc3339: bytes.dropLast() + Array("+00:00".utf8))
                #expect(Instant(rfc3339: bytes) == general, "\(bytes)")
                if general != nil { read += 1 }
            }
        }
        #expect(read > 19)
    }
}
