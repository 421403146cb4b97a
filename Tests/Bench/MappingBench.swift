import Fetching
import Foundation
import Language
import Timelines

/// JSON bytes to mapped records, on one core, beside simdjson's parse of the same bytes.
enum MappingBench {
    static func run() throws {
        let bytes = Self.lines(20_000)
        let megabytes = Double(bytes.count) / 1e6
        var parsed = 0
        let padded = bytes + [UInt8](repeating: 0, count: JSONDocument.padding)
        let parsing = try fastest { parsed = try parseEachLine(of: padded, count: bytes.count) }
        let table = ActivityTable(Tickets.activities)
        guard let mapping = Self.mapping() else { return }
        var records = 0
        var events = 0
        let mapped = try fastest {
            records = 0
            events = 0
            var reader = RecordReader(source: "desk", mapping: mapping, format: .ndjson, activities: table)
            func drain() {
                while let work = reader.next() {
                    let batch = work.run()
                    records += batch.records.count
                    for record in batch.records { events += record.events.count }
                }
            }
            var start = 0
            while start < bytes.count {
                let end = min(start + 256 * 1024, bytes.count)
                try reader.consume(.bytes(Array(bytes[start..<end]), page: 1))
                drain()
                start = end
            }
            try reader.consume(.ended(.complete))
            try reader.finish()
            drain()
        }
        report(
            "simdjson parse alone", "\(fixed(megabytes / parsing, 0)) MB/s", "\(parsed) lines, \(fixed(megabytes)) MB, one core")
        report(
            "JSON bytes to mapped records", "\(fixed(megabytes / mapped, 0)) MB/s",
            "\(records) records, \(events) events; \(fixed(parsing / mapped, 2)) of simdjson's speed")
    }

    /// Parses every line as mapping does: in place, with room behind the end, and with one parser.
    private static func parseEachLine(of padded: [UInt8], count length: Int) throws -> Int {
        let parser = JSONParser()
        var count = 0
        try padded.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var start = 0
            while start < length, let newline = memchr(base + start, 0x0A, length - start) {
                let end = UnsafeRawPointer(base).distance(to: newline)
                _ = try parser.parse(padded: UnsafeBufferPointer(rebasing: buffer[start..<end]))
                count += 1
                start = end + 1
            }
        }
        return count
    }

    static func lines(_ count: Int) -> [UInt8] {
        var tickets = Tickets()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * 1400)
        for id in 0..<count { bytes += tickets.next(id: id).utf8 }
        return bytes
    }

    static func mapping() -> Mapping? {
        let diagnostics = Diagnostics()
        guard let node = YAMLDocument.read(Tickets.mapping, file: "bench.yaml", diagnostics: diagnostics),
            var keys = YAMLMapping(node, "source", diagnostics)
        else { return nil }
        let mapping = Mapping.load(&keys, source: "desk", format: .ndjson, partner: nil)
        for problem in diagnostics.sorted { print(problem) }
        return mapping
    }
}
