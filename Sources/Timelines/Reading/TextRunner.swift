import Language

/// Maps records one after the other where they lie in a text, be they lines of NDJSON or elements of a page: scanned where
/// that tells everything, else parsed.
struct TextRunner {
    typealias Text = UnsafePointer<UInt8>

    private(set) var mapper: Mapper
    private let work: MappingWork
    /// What a record is called, and its place in the page: what comes before its number, and the number of the first one.
    private let noun: StaticString
    private let prefix: String
    private let first: Int
    private let parser = JSONParser()
    /// The record at hand.
    private var record = ServiceRecord()
    /// Records that were scanned in vain: of a source whose records are all strange, most need not be tried.
    private var vain = 0
    private static let mostVain = 64

    init(_ work: MappingWork, each noun: StaticString, prefix: String, first: Int) {
        self.work = work
        self.noun = noun
        self.prefix = prefix
        self.first = first
        mapper = Mapper(mapping: work.mapping, activities: work.activities)
        parser.missing = work.mapping.missing
        mapper.scope.fields.see(work.mapping.missing)
    }

    private var isWorthScanning: Bool { work.scansLines && vain < Self.mostVain && mapper.scope.scanner != nil }

    /// Maps whole lines, with padding behind `count` bytes.
    mutating func run(lines bytes: UnsafeBufferPointer<UInt8>, _ count: Int, _ take: MappingWork.Taker) {
        guard let start = bytes.baseAddress, count > 0 else { return }
        // A scan ends at a line feed or a zero.
        let isEnded = bytes[count - 1] == UInt8(ascii: "\n") || bytes.count > count && bytes[count] == 0
        var position = 0
        var number = 0
        while position < count {
            if isEnded, isWorthScanning, let end = scan(line: start + position, last: start + count, number, take) {
                position = end - start + 1
            } else {
                let end = lineEnd(in: bytes[position..<count]) ?? count
                let text = UnsafeBufferPointer(rebasing: bytes[position..<end])
                if text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { parse(text, number, take) }
                position = end + 1
            }
            number += 1
        }
    }

    /// Maps elements of a page.
    mutating func run(
        elements: ArraySlice<JSONList.Element>, of bytes: UnsafeBufferPointer<UInt8>, _ take: MappingWork.Taker
    ) {
        guard let text = bytes.baseAddress else { return }
        for (number, element) in elements.enumerated() {
            if isWorthScanning, scan(element: text + element.start, to: text + element.end, number, take) { continue }
            parse(UnsafeBufferPointer(rebasing: bytes[element.start..<element.end]), number, take)
        }
    }

    private func provenance(_ number: Int) -> Provenance {
        work.provenance(number, mapper.scope.memo.text(Int64(first + number), after: prefix))
    }

    /// The end of the line, where it could be mapped by a scan.
    private mutating func scan(line start: Text, last: Text, _ number: Int, _ take: MappingWork.Taker) -> Text? {
        guard let end = mapper.scope.scanner?.scan(start, last: last) else {
            vain += 1
            return nil
        }
        return mapScanned(number, take) ? end : nil
    }

    private mutating func scan(element start: Text, to end: Text, _ number: Int, _ take: MappingWork.Taker) -> Bool {
        guard mapper.scope.scanner?.scan(start, to: end) == true else {
            vain += 1
            return false
        }
        return mapScanned(number, take)
    }

    /// Maps what was scanned; false where that does not tell everything.
    private mutating func mapScanned(_ number: Int, _ take: MappingWork.Taker) -> Bool {
        let mapped = mapper.mapLine(provenance(number), into: &record)
        if mapped == .record { mapper.hand(&record, to: take) }
        vain = mapped == .unknown ? vain + 1 : max(0, vain - 1)
        return mapped != .unknown
    }

    private mutating func parse(_ text: UnsafeBufferPointer<UInt8>, _ number: Int, _ take: MappingWork.Taker) {
        do {
            mapper.scope.open(try parser.parse(padded: text))
            mapper.map(JSONTape.root, number: work.sequence + number + 1, provenance(number), &record, take)
        } catch {
            mapper.fail(
                "not_json", "\(noun) \(first + number) of page \(work.page) is not JSON: \(error)",
                sequence: work.sequence + number)
        }
        mapper.scope.close()
    }
}

/// The lines of a block that are not blank, each with its number within the block, from 0.
struct NDJSONLines: Sequence, IteratorProtocol {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var number = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    mutating func next() -> (text: UnsafeBufferPointer<UInt8>, number: Int)? {
        while position < bytes.count {
            let start = position
            let end = lineEnd(in: bytes[start...]) ?? bytes.count
            let number = number
            position = end + 1
            self.number += 1
            let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
            if text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { return (text, number) }
        }
        return nil
    }
}
