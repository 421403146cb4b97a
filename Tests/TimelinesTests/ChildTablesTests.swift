import Testing

@testable import Timelines

/// Children that are tables or lines, where what comes is not what was asked for: an answer without a list is no empty list.
extension ChildRecordsTests {
    private static let tables = "audits: {url: 'file:a/{it.id}.csv', format: csv}"
    private static let table = "audits: {url: 'file:all.csv', format: csv, key: 'it.of'}"
    private static let one = ["t.json": #"{"rows": [{"id": 1}]}"#]
    private static let unknown = "'audits' of 1 of 1 records could not be had; the first: "

    private static func failing(_ name: String, _ body: String, _ why: String) -> Row {
        Row(
            name: name, children: tables, pages: one, files: ["a/1.csv": body],
            expected: ["1 ? #unreadable", "event 1: no audits: 'audits' could not be had: \(why)"], problem: unknown + why)
    }

    private static func broken(_ name: String, _ children: String, _ file: String, _ body: String, _ why: String) -> Row {
        Row(
            name: name, children: children, pages: one, files: [file: body],
            expected: ["1 ? #unreadable", "event 1: no audits: 'audits' was not read to its end: \(why)"],
            problem: "'audits' was not read to its end: \(why)")
    }

    static let wrongTables: [Row] = [
        failing(
            "the sentence of an error is no table", "Service temporarily unavailable, try again\n",
            "page 1 has none of the columns that the mapping names; it begins with 'Service temporarily unavailable', "),
        failing(
            "nor is it with a line behind it", "error\nrate limited\n",
            "page 1 has none of the columns that the mapping names; it begins with 'error'"),
        failing("nothing at all is no table", "", "page 1, file:1.csv: there is nothing in it, not even a header row"),
        failing("a blank line is no table", "\r\n", "page 1 has no header row"),
        Row(
            name: "a header alone is an empty list", children: tables, pages: one, files: ["a/1.csv": "at,what\n"],
            expected: ["1 #0"]),
        Row(
            name: "a header of a column that is used is one", children: tables, pages: one,
            files: ["a/1.csv": "what,x\ny,1\n"], expected: ["1 #1", "event 1: no at"]),
        broken(
            "a stream without its key is no table", table, "all.csv", "at,what\n2026-01-05T09:00:00Z,x\n",
            "page 1 has no column 'of', which is the key; it begins with 'at', 'what'"),
        broken(
            "nor is it without a row", table, "all.csv", "off,at,what\n",
            "page 1 has no column 'of', which is the key; it begins with 'off', 'at', 'what' (did you mean 'off'?)"),
        broken(
            "a stream of which no row names a record", table, "all.csv", "of,at,what\n,2026-01-05T09:00:00Z,x\n,,y\n",
            "none of its 2 rows names a record; the first: the row names no record"
        ).noting("event 1: no key of 'audits': the row names no record", "event 2: no key of 'audits': the row names no record"),
        broken(
            "lines of which none names a record", "audits: {url: 'file:all.ndjson', format: ndjson, key: 'it.of'}", "all.ndjson",
            "{\"error\": \"rate limited\"}\n", "none of its 1 rows names a record; the first: no such key: of"
        ).noting("event 1: no key of 'audits': no such key: of"),
        Row(
            name: "a row of a table that names no record is counted", children: table, pages: one,
            files: ["all.csv": "of,at,what\n,2026-01-05T09:00:00Z,x\n1,2026-01-05T09:00:00Z,y\n"],
            expected: ["1 y #1", "event 1: no key of 'audits': the row names no record"]),
        Row(
            name: "a row whose key means nothing is counted",
            children: "audits: {url: 'file:all.csv', format: csv, key: 'it.of', missing: ['-']}",
            pages: one, files: ["all.csv": "of,at,what\n-,2026-01-05T09:00:00Z,x\n1,2026-01-05T09:00:00Z,y\n"],
            expected: ["1 y #1", "event 1: no key of 'audits': no such key: of"]),
        Row(
            name: "a line that names no record is counted",
            children: "audits: {url: 'file:all.ndjson', format: ndjson, key: 'it.of'}", pages: one,
            files: ["all.ndjson": "{\"at\": \"x\"}\n[]\nnull\n{\"of\": 1, \"at\": \"2026-01-05T09:00:00Z\", \"what\": \"y\"}\n"],
            expected: [
                "1 y #1", "event 1: no key of 'audits': no such key: of", "event 2: no key of 'audits'",
                "event 3: no key of 'audits'",
            ]),
        Row(
            name: "a key that is an optional is counted",
            children: "audits: {url: 'file:all.json', records: 'body.audits', key: 'it.?of'}",
            pages: one,
            files: ["all.json": #"{"audits": [{"what": "x"}, {"of": 1, "at": "2026-01-05T09:00:00Z", "what": "y"}]}"#],
            expected: ["1 y #1", "event 1: no key of 'audits': the row names no record"]),
    ]
}

extension ChildRecordsTests.Row {
    fileprivate func noting(_ more: String...) -> Self {
        Self(
            name: name, children: children, format: format, more: self.more, pages: pages, files: files,
            expected: expected + more, problem: problem)
    }
}
