import Language

/// A verdict and its share of the rate in one byte: what most of an audit is made of.
package struct VerdictCode: Hashable, Sendable {
    package let byte: UInt8

    /// One more than the largest byte.
    package static let count = 32

    package init(_ verdict: Verdict, _ rate: RateShare = .none) {
        let number: UInt8 =
            switch verdict {
            case .pass: 0
            case .fail: 1
            case .holding: 2
            case .pending: 3
            case .notActivated: 4
            case .notApplicable: 5
            case .notObservable: 6
            }
        byte = number | rate.rawValue << 3
    }

    /// Nil where no verdict has that byte.
    package init?(byte: UInt8) {
        guard byte < UInt8(Self.count), Int(byte & 7) < Self.verdicts.count, byte >> 3 < 3 else { return nil }
        self.byte = byte
    }

    package var verdict: Verdict { Self.verdicts[Int(byte & 7)] }

    package var rate: RateShare { RateShare(rawValue: byte >> 3) ?? .none }

    package var isFail: Bool { byte & 7 == 1 }

    package var isNotApplicable: Bool { byte & 7 == 5 }

    private static let verdicts: [Verdict] = [.pass, .fail, .holding, .pending, .notActivated, .notApplicable, .notObservable]
}

/// The verdicts of one record while it is judged: a byte an item, and more only where there is more to say.
struct VerdictList {
    /// One per item of the plan, in the order of `Judge.items`.
    private(set) var codes: [UInt8] = []
    private(set) var details: [Detail] = []

    struct Detail {
        let item: Int
        let due: Instant?
        var evidence: Evidence?
    }

    mutating func removeAll() {
        codes.removeAll(keepingCapacity: true)
        if !details.isEmpty { details.removeAll(keepingCapacity: true) }
    }

    mutating func append(_ verdict: Verdict, _ rate: RateShare = .none) { codes.append(VerdictCode(verdict, rate).byte) }

    mutating func append(_ verdict: Verdict, _ rate: RateShare = .none, due: Instant? = nil, evidence: Evidence?) {
        // What is due beyond the years that RFC 3339 can write is as good as never due.
        let due = due.flatMap { $0 <= .latest ? $0 : nil }
        if due != nil || evidence != nil { details.append(Detail(item: codes.count, due: due, evidence: evidence)) }
        append(verdict, rate)
    }
}

extension [ItemVerdict] {
    init(_ list: borrowing VerdictList) {
        self = list.codes.enumerated().map { item, byte in
            let code = VerdictCode(byte: byte)
            return ItemVerdict(item: item, verdict: code?.verdict ?? .notObservable, rate: code?.rate ?? .none)
        }
        for detail in list.details {
            self[detail.item].due = detail.due
            self[detail.item].evidence = detail.evidence
        }
    }
}
