extension JSONWriter {
    /// An element of a document, as it stands there.
    package mutating func element(_ element: JSONElement) {
        write(element.document.tape, element.index)
        withExtendedLifetime(element.document) {}
    }

    private mutating func write(_ tape: JSONTape, _ index: Int) {
        switch tape.kind(at: index) {
        case JSONTape.Kind.object: writeContainer(tape, index, isObject: true)
        case JSONTape.Kind.array: writeContainer(tape, index, isObject: false)
        case JSONTape.Kind.string: string(utf8: tape.string(at: index))
        case JSONTape.Kind.int: int(tape.int(at: index))
        case JSONTape.Kind.uint: int(tape.uint(at: index))
        case JSONTape.Kind.double: double(tape.double(at: index))
        case JSONTape.Kind.yes: bool(true)
        case JSONTape.Kind.no: bool(false)
        default: null()
        }
    }

    private mutating func writeContainer(_ tape: JSONTape, _ index: Int, isObject: Bool) {
        if isObject { beginObject() } else { beginArray() }
        var place = index + 1
        let end = tape.end(of: index)
        while place < end {
            if isObject {
                key(utf8: tape.string(at: place))
                place += 1
            }
            write(tape, place)
            place = tape.next(after: place)
        }
        if isObject { endObject() } else { endArray() }
    }
}
