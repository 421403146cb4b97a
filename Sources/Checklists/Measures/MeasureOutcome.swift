import Language

/// What a measure found of one record.
package enum MeasureOutcome: Hashable, Sendable {
    /// Nothing to measure: the checklist is not for the record, or what is measured has not begun.
    case notApplicable
    /// What the measure needs was not told, or could not be read.
    case notObservable
    /// It ends before it begins: one of the clocks was wrong.
    case skewed
    /// Seconds and nanoseconds up to its end or, where that has not come, as far as is known.
    case duration(seconds: Int64, nanoseconds: Int32, isEnded: Bool)
    /// A bit for each activity of the route, the first the lowest.
    case route(UInt64)

    /// Activities that a route can tell apart.
    package static let mostActivities = 60

    /// A byte, and what else there is to say behind it.
    func write(to output: inout OutputBytes) {
        switch self {
        case .notApplicable: output.append(UInt8(0))
        case .notObservable: output.append(UInt8(1))
        case .skewed: output.append(UInt8(2))
        case .duration(let seconds, let nanoseconds, let isEnded):
            output.append(isEnded ? UInt8(3) : UInt8(4))
            output.append(compact: Int(seconds))
            output.append(compact: Int(nanoseconds))
        case .route(let bits):
            output.append(UInt8(5))
            output.append(compact: Int(bits))
        }
    }

    /// Reads the next outcome of those that were written one behind the other.
    package init(_ reader: inout ByteReader) throws(JudgementDecodingError) {
        switch try reader.byte() {
        case 0: self = .notApplicable
        case 1: self = .notObservable
        case 2: self = .skewed
        case 3: self = try Self.duration(&reader, isEnded: true)
        case 4: self = try Self.duration(&reader, isEnded: false)
        case 5: self = .route(UInt64(max(0, try reader.number())))
        default: throw JudgementDecodingError()
        }
    }

    private static func duration(_ reader: inout ByteReader, isEnded: Bool) throws(JudgementDecodingError) -> MeasureOutcome {
        let seconds = Int64(try reader.number())
        return .duration(seconds: seconds, nanoseconds: Int32(truncatingIfNeeded: try reader.number()), isEnded: isEnded)
    }
}
