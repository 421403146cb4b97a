import Language

/// The short ways to the fields that were found. It holds nothing whose references are counted, so that it is handed
/// around for nothing; valid as long as the scope that it is of.
struct FieldReader {
    /// Of the record, or of the object in a list that is looked at.
    var places: UnsafeMutablePointer<Place>
    let memo: TextMemo

    /// What the short way to a text finds.
    enum ShortText {
        case entry(UnsafeMutablePointer<TextMemo.Entry>)
        /// A text that is too long to be remembered.
        case long(UnsafeBufferPointer<UInt8>)
        /// The field's own text.
        case own
        case absent
        case unknown
    }

    @inline(__always)
    func place(_ short: FieldPlan.Short) -> Place { places[Int(short.field)] }

    /// The short way to a text.
    @inline(__always)
    func text(_ short: FieldPlan.Short) -> ShortText {
        if short.kind == .none { return .absent }
        if short.kind == .constant { return .own }
        let place = place(short)
        switch place.kind {
        case Place.Kind.string:
            guard short.kind.isText, let start = place.start else { return .unknown }
            guard place.count <= TextMark.whole else { return short.kind == .table ? .unknown : .long(place.text) }
            let mark = TextMark(start, place.count)
            if let entry = memo.entry(mark, Int(short.tag)) { return .entry(entry) }
            return short.kind == .table ? .unknown : .entry(keep(mark, start, place.count))
        case Place.Kind.absent: return short.kind == .path ? .absent : short.kind == .withDefault ? .own : .unknown
        case Place.Kind.int where short.kind == .string:
            let mark = TextMark(number: place.int)
            return .entry(
                memo.entry(mark, TextMemo.plain) ?? memo.keep(mark, TextMemo.plain, memo.text(place.int)))
        default: return .unknown
        }
    }

    /// A text that stands nowhere else, as it stands here; nil where it is empty, or more is to be known of it.
    @inline(__always)
    func newText(_ short: FieldPlan.Short) -> String? {
        guard short.kind == .path else { return nil }
        let place = place(short)
        return place.isString && place.count > 0 ? String(decoding: place.text, as: UTF8.self) : nil
    }

    @inline(never)
    private func keep(_ mark: TextMark, _ start: UnsafePointer<UInt8>, _ count: Int) -> UnsafeMutablePointer<TextMemo.Entry> {
        let bytes = UnsafeBufferPointer(start: start, count: count)
        return memo.keep(mark, TextMemo.plain, String(decoding: bytes, as: UTF8.self))
    }

    /// The short way to an activity, which is an entry with its symbol; nil where it does not know one.
    @inline(__always)
    func activity(_ short: FieldPlan.Short, _ activities: ActivityTable) -> UnsafeMutablePointer<TextMemo.Entry>? {
        guard short.kind == .path else { return nil }
        let place = place(short)
        guard place.isString, place.count <= TextMark.whole, let start = place.start else { return nil }
        let mark = TextMark(start, place.count)
        return memo.entry(mark, TextMemo.activity) ?? keep(mark, place.text, activities)
    }

    @inline(never)
    private func keep(
        _ mark: TextMark, _ text: UnsafeBufferPointer<UInt8>, _ activities: ActivityTable
    ) -> UnsafeMutablePointer<TextMemo.Entry> {
        let (text, symbol) = activities.activity(utf8: text)
        return memo.keep(mark, TextMemo.activity, text, symbol)
    }

    /// The short way to a time; nil where it does not know one.
    @inline(__always)
    func instant(_ short: FieldPlan.Short) -> Instant? {
        guard short.kind == .timestamp || short.kind == .timestampIfThere else { return nil }
        let place = place(short)
        return place.isString ? Instant(rfc3339: place.text) : nil
    }
}
