package import Language
import Timelines

/// A judgement's bytes were cut or are not ours.
package struct JudgementDecodingError: Error, Sendable {
    package init() {}
}

/// A judgement as bytes: sorted by partner (the row's group) and record (its key), and read where it lies. What every
/// record is counted by comes first; who it was and why it failed follow, and most rows are never read so far.
package struct JudgementRow {
    package let partner: UnsafeRawBufferPointer
    package let record: UnsafeRawBufferPointer
    package let payload: UnsafeRawBufferPointer
    package let source: UnsafeRawBufferPointer
    package let sequence: Int
    package let updated: Instant?
    package let events: Int
    package let function: UnsafeRawBufferPointer?
    /// A byte an item, in the order of `Judge.items`.
    package let codes: UnsafeRawBufferPointer
    /// What a `CaseRow` reads; nil where the judge was not asked for it.
    package let cases: UnsafeRawBufferPointer?
    private let present: UInt16
    /// Where the provenance and what follows it begin.
    private let rest: Int

    package init(
        partner: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer
    ) throws(JudgementDecodingError) {
        self.partner = partner
        self.record = record
        self.payload = payload
        var reader = ByteReader(bytes: payload)
        present = UInt16(try reader.byte()) | UInt16(try reader.byte()) << 8
        sequence = try reader.number()
        source = try reader.text()
        events = try reader.number()
        updated = present & Present.updated != 0 ? try reader.instant() : nil
        function = present & Present.function != 0 ? try reader.text() : nil
        codes = try reader.text()
        cases = present & Present.cases != 0 ? try reader.fixedText() : nil
        rest = reader.place
    }

    /// The same row, read from a copy of its bytes.
    package func moved(
        partner: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer
    ) -> JudgementRow { JudgementRow(of: self, partner: partner, record: record, payload: payload) }

    private init(
        of other: JudgementRow, partner: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer
    ) {
        func moved(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
            guard let start = bytes.baseAddress, let old = other.payload.baseAddress, let new = payload.baseAddress else {
                return bytes
            }
            return UnsafeRawBufferPointer(start: new + (start - old), count: bytes.count)
        }
        self.partner = partner
        self.record = record
        self.payload = payload
        source = moved(other.source)
        sequence = other.sequence
        updated = other.updated
        events = other.events
        function = other.function.map(moved)
        codes = moved(other.codes)
        cases = other.cases.map(moved)
        present = other.present
        rest = other.rest
    }

    package func code(of item: Int) -> VerdictCode? { item < codes.count ? VerdictCode(byte: codes[item]) : nil }

    /// The page, and the place in it.
    package func place() throws(JudgementDecodingError) -> (page: Int, pointer: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes: payload, place: rest)
        return (try reader.number(), try reader.text())
    }

    /// Everything, in values of its own.
    package func judgement() throws(JudgementDecodingError) -> Judgement {
        var reader = ByteReader(bytes: payload, place: rest)
        let page = try reader.number()
        let pointer = string(try reader.text())
        let opened = present & Present.opened != 0 ? try reader.instant() : nil
        let closed = present & Present.closed != 0 ? try reader.instant() : nil
        var texts: [String?] = []
        for bit in Present.texts { texts.append(present & bit != 0 ? string(try reader.text()) : nil) }
        var customer = Customer()
        (customer.id, customer.name, customer.tier) = (texts[1], texts[2], texts[3])
        (customer.region, customer.preferredChannel) = (texts[4], texts[5])
        if let cases {
            // Written there, and not once more.
            let row = try CaseRow(cases, mixFields: 0)
            customer.id = row.customer.map(string)
            texts[6] = row.owner.map(string)
        }
        var verdicts: [ItemVerdict] = []
        for (item, byte) in codes.enumerated() {
            guard let code = VerdictCode(byte: byte) else { throw JudgementDecodingError() }
            verdicts.append(ItemVerdict(item: item, verdict: code.verdict, rate: code.rate))
        }
        var details = Details(reader: reader)
        while let detail = try details.next() {
            guard verdicts.indices.contains(detail.item) else { throw JudgementDecodingError() }
            verdicts[detail.item].due = detail.due
            verdicts[detail.item].evidence = try detail.evidence()
        }
        return Judgement(
            partner: string(partner), record: string(record),
            provenance: Provenance(source: string(source), page: page, pointer: pointer, sequence: sequence),
            function: function.map(string), opened: opened, closed: closed, updated: updated, severity: texts[0],
            customer: customer, owner: texts[6], events: events, verdicts: verdicts)
    }

    /// What there is to say about verdicts, in the order of items.
    private func details() throws(JudgementDecodingError) -> Details {
        var reader = ByteReader(bytes: payload, place: rest)
        _ = try reader.number()
        _ = try reader.text()
        if present & Present.opened != 0 { _ = try reader.instant() }
        if present & Present.closed != 0 { _ = try reader.instant() }
        for bit in Present.texts where present & bit != 0 { _ = try reader.text() }
        return Details(reader: reader)
    }

    /// What there is to say about the verdict of an item.
    package func detail(of item: Int) throws(JudgementDecodingError) -> Detail? {
        var details = try details()
        while let detail = try details.next() {
            if detail.item == item { return detail }
        }
        return nil
    }

    /// Verdicts that have an instant or evidence.
    private struct Details {
        fileprivate var reader: ByteReader

        mutating func next() throws(JudgementDecodingError) -> Detail? {
            guard !reader.isAtEnd else { return nil }
            let item = try reader.number()
            let flags = try reader.number()
            let due = flags & 1 != 0 ? try reader.instant() : nil
            guard flags & 2 != 0 else { return Detail(item: item, due: due, reason: nil, cited: reader, citedCount: 0) }
            let stretches = flags & 4 != 0 ? try self.stretches() : []
            let reason = try reader.text()
            let count = try reader.count()
            let cited = reader
            let hasRecords = flags & 8 != 0
            for _ in 0..<count {
                _ = (try reader.number(), try reader.instant(), try reader.text())
                if hasRecords { _ = try reader.text() }
            }
            return Detail(
                item: item, due: due, reason: reason, cited: cited, citedCount: count, hasRecords: hasRecords,
                stretches: stretches)
        }

        private mutating func stretches() throws(JudgementDecodingError) -> [Evidence.Stretch] {
            var stretches: [Evidence.Stretch] = []
            for _ in 0..<(try reader.count()) {
                let party = try reader.number()
                let (from, until) = (try reader.instant(), try reader.instant())
                let length = Duration.seconds(try reader.number()) + .nanoseconds(try reader.number())
                guard party < Party.allCases.count else { throw JudgementDecodingError() }
                stretches.append(
                    Evidence.Stretch(party: party < 0 ? nil : Party.allCases[party], from: from, until: until, length: length))
            }
            return stretches
        }
    }

    /// What there is to say about one verdict.
    package struct Detail {
        package let item: Int
        package let due: Instant?
        package let reason: UnsafeRawBufferPointer?
        fileprivate let cited: ByteReader
        fileprivate let citedCount: Int
        /// Events say whose record they belong to.
        fileprivate var hasRecords = false
        /// Whose time it was, where the reason is a length of time.
        package var stretches: [Evidence.Stretch] = []

        /// Every event that the reason speaks of.
        package func forEachEvent(
            _ body: (_ index: Int, _ at: Instant, _ activity: UnsafeRawBufferPointer) -> Void
        ) throws(JudgementDecodingError) {
            var reader = cited
            for _ in 0..<citedCount {
                body(try reader.number(), try reader.instant(), try reader.text())
                if hasRecords { _ = try reader.text() }
            }
        }

        fileprivate func evidence() throws(JudgementDecodingError) -> Evidence? {
            guard let reason else { return nil }
            var evidence = Evidence(reason: string(reason))
            evidence.stretches = stretches
            var reader = cited
            for _ in 0..<citedCount {
                let (index, at, activity) = (try reader.number(), try reader.instant(), string(try reader.text()))
                let record = hasRecords ? string(try reader.text()) : nil
                evidence.events.append(Evidence.CitedEvent(index: index, at: at, activity: activity, record: record))
            }
            return evidence
        }
    }
}

private func string(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

extension Judgement {
    /// Appends the row's payload; its group is the partner, its key the record.
    package func encode(into bytes: inout [UInt8]) {
        var head = ServiceRecord(partner: partner, id: record, provenance: provenance)
        (head.function, head.opened, head.closed, head.updated) = (function, opened, closed, updated)
        (head.severity, head.customer, head.owner) = (severity, customer, owner)
        var list = VerdictList()
        for verdict in verdicts {
            list.append(verdict.verdict, verdict.rate, due: verdict.due, evidence: verdict.evidence)
        }
        var row = RowWriter()
        row.write(&head, events: events, list)
        bytes.append(contentsOf: row.bytes)
    }
}

extension Judgement {
    /// Lends the judgement as a row.
    package func withRow<Result>(_ body: (JudgementRow) throws -> Result) throws -> Result {
        var bytes = Array((partner + record).utf8)
        let start = bytes.count
        encode(into: &bytes)
        return try bytes.withUnsafeBytes { bytes in
            let middle = partner.utf8.count
            return try body(
                JudgementRow(
                    partner: UnsafeRawBufferPointer(rebasing: bytes[..<middle]),
                    record: UnsafeRawBufferPointer(rebasing: bytes[middle..<start]),
                    payload: UnsafeRawBufferPointer(rebasing: bytes[start...])))
        }
    }
}
