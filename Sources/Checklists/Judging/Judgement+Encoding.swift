import Language
import Timelines

/// A judgement's bytes were cut or are not ours.
package struct JudgementDecodingError: Error, Sendable {}

extension Judgement {
    /// Orders by partner, record (UTF-8 bytes) and then the order of reading. A zero byte within a name is written as two
    /// bytes, and a name ends with two others, so that no name runs into the next.
    package var sortKey: [UInt8] {
        var key: [UInt8] = []
        key.reserveCapacity(partner.utf8.count + record.utf8.count + 12)
        Self.append(partner, to: &key)
        Self.append(record, to: &key)
        let sequence = UInt64(bitPattern: Int64(provenance.sequence)) ^ (1 << 63)
        withUnsafeBytes(of: sequence.bigEndian) { key.append(contentsOf: $0) }
        return key
    }

    private static func append(_ name: String, to key: inout [UInt8]) {
        let start = key.count
        key.append(text: name)
        if key[start...].contains(0) {
            key.removeSubrange(start...)
            for byte in name.utf8 {
                key.append(byte)
                if byte == 0 { key.append(0xFF) }
            }
        }
        key.append(0)
        key.append(0)
    }

    /// A compact form for sorting and spilling; it lives no longer than an audit.
    package func encode(into bytes: inout [UInt8]) {
        // Room for what most take: growing again and again costs more than writing.
        bytes.reserveCapacity(bytes.count + 192 + 48 * verdicts.count)
        var writer = ByteWriter(bytes: bytes)
        // Let go of the bytes, so that the writer alone holds them and appends in place.
        bytes = []
        writer.text(partner)
        writer.text(record)
        writer.text(provenance.source)
        writer.number(provenance.page)
        writer.text(provenance.pointer)
        writer.number(provenance.sequence)
        writer.optional(function)
        writer.optional(severity)
        writer.optional(customer.id)
        writer.optional(customer.name)
        writer.optional(customer.tier)
        writer.optional(customer.region)
        writer.optional(customer.preferredChannel)
        writer.optional(owner)
        writer.optional(opened)
        writer.optional(closed)
        writer.optional(updated)
        writer.number(events)
        writer.number(verdicts.count)
        for index in verdicts.indices { writer.verdict(verdicts[index]) }
        bytes = writer.bytes
    }

    package init(decoding bytes: some Sequence<UInt8>) throws(JudgementDecodingError) {
        var reader = ByteReader(bytes: Array(bytes))
        let partner = try reader.text()
        let record = try reader.text()
        let provenance = Provenance(
            source: try reader.text(), page: try reader.number(), pointer: try reader.text(), sequence: try reader.number())
        let function = try reader.optionalText()
        let severity = try reader.optionalText()
        var customer = Customer()
        customer.id = try reader.optionalText()
        customer.name = try reader.optionalText()
        customer.tier = try reader.optionalText()
        customer.region = try reader.optionalText()
        customer.preferredChannel = try reader.optionalText()
        let owner = try reader.optionalText()
        let opened = try reader.optionalInstant()
        let closed = try reader.optionalInstant()
        let updated = try reader.optionalInstant()
        let events = try reader.number()
        var verdicts: [ItemVerdict] = []
        for _ in 0..<(try reader.count()) { verdicts.append(try reader.verdict()) }
        self.init(
            partner: partner, record: record, provenance: provenance, function: function, opened: opened, closed: closed,
            updated: updated, severity: severity, customer: customer, owner: owner, events: events, verdicts: verdicts)
    }
}

/// The verdicts by their number in bytes.
private let verdictCodes: [Verdict] = [.pass, .fail, .holding, .pending, .notActivated, .notApplicable, .notObservable]

/// Appends values: numbers in groups of seven bits, the sign in the lowest, texts after their length.
private struct ByteWriter {
    var bytes: [UInt8]

    mutating func number(_ value: Int) {
        var rest = UInt64(bitPattern: Int64(value << 1) ^ Int64(value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func text(_ text: String) {
        number(text.utf8.count)
        bytes.append(text: text)
    }

    mutating func optional(_ text: String?) {
        guard let text else { return number(-1) }
        self.text(text)
    }

    /// Nine bytes, ten or more where there are nanoseconds: one piece is written faster than many small ones.
    mutating func instant(_ instant: Instant) {
        withUnsafeBytes(of: instant.seconds.littleEndian) { bytes.append(contentsOf: $0) }
        number(Int(instant.nanoseconds))
    }

    mutating func optional(_ instant: Instant?) {
        guard let instant else { return bytes.append(0) }
        bytes.append(1)
        self.instant(instant)
    }

    mutating func verdict(_ verdict: ItemVerdict) {
        number(verdict.item)
        let code: UInt8 =
            switch verdict.verdict {
            case .pass: 0
            case .fail: 1
            case .holding: 2
            case .pending: 3
            case .notActivated: 4
            case .notApplicable: 5
            case .notObservable: 6
            }
        bytes.append(
            code | verdict.rate.rawValue << 3 | (verdict.due == nil ? 0 : 1 << 5) | (verdict.evidence == nil ? 0 : 1 << 6))
        if let due = verdict.due { instant(due) }
        guard let evidence = verdict.evidence else { return }
        text(evidence.reason)
        number(evidence.events.count)
        for index in evidence.events.indices {
            number(evidence.events[index].index)
            instant(evidence.events[index].at)
            text(evidence.events[index].activity)
            optional(evidence.events[index].record)
        }
        number(evidence.stretches.count)
        for stretch in evidence.stretches {
            optional(stretch.party?.rawValue)
            instant(stretch.from)
            instant(stretch.until)
            let (seconds, attoseconds) = stretch.length.components
            number(Int(seconds))
            number(Int(attoseconds / 1_000_000_000))
        }
    }
}

/// Reads what `ByteWriter` wrote.
private struct ByteReader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws(JudgementDecodingError) -> UInt8 {
        guard place < bytes.count else { throw JudgementDecodingError() }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number() throws(JudgementDecodingError) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte()
            guard shift < 64 else { throw JudgementDecodingError() }
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
        }
        return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    }

    /// A count of things that take at least a byte each.
    mutating func count() throws(JudgementDecodingError) -> Int {
        let count = try number()
        guard count >= 0, count <= bytes.count - place else { throw JudgementDecodingError() }
        return count
    }

    mutating func text() throws(JudgementDecodingError) -> String {
        let count = try count()
        defer { place += count }
        return String(decoding: bytes[place..<place + count], as: UTF8.self)
    }

    mutating func optionalText() throws(JudgementDecodingError) -> String? {
        let start = place
        if try number() == -1 { return nil }
        place = start
        return try text()
    }

    mutating func instant() throws(JudgementDecodingError) -> Instant {
        var seconds: UInt64 = 0
        for shift in 0..<8 { seconds |= UInt64(try byte()) << UInt64(8 * shift) }
        return Instant(seconds: Int64(bitPattern: seconds), nanoseconds: Int32(truncatingIfNeeded: try number()))
    }

    mutating func optionalInstant() throws(JudgementDecodingError) -> Instant? {
        try byte() == 0 ? nil : try instant()
    }

    mutating func verdict() throws(JudgementDecodingError) -> ItemVerdict {
        let item = try number()
        let flags = try byte()
        guard Int(flags & 7) < verdictCodes.count, let rate = RateShare(rawValue: flags >> 3 & 3) else {
            throw JudgementDecodingError()
        }
        var verdict = ItemVerdict(item: item, verdict: verdictCodes[Int(flags & 7)], rate: rate)
        if flags & 1 << 5 != 0 { verdict.due = try instant() }
        guard flags & 1 << 6 != 0 else { return verdict }
        var evidence = Evidence(reason: try text())
        for _ in 0..<(try count()) {
            evidence.events.append(
                Evidence.CitedEvent(index: try number(), at: try instant(), activity: try text(), record: try optionalText()))
        }
        for _ in 0..<(try count()) {
            evidence.stretches.append(
                Evidence.Stretch(
                    party: try optionalText().flatMap(Party.init(rawValue:)), from: try instant(), until: try instant(),
                    length: .seconds(try number()) + .nanoseconds(try number())))
        }
        verdict.evidence = evidence
        return verdict
    }
}
