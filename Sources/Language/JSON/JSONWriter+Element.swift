extension JSONWriter {
    /// An element of a document, as it stands there. With `nullingMissing`, null stands for the values of objects that are one
    /// of the document's missing texts.
    package mutating func element(_ element: JSONElement, nullingMissing: Bool = false) {
        write(element.document.tape, element.index, nullingMissing ? element.document.missing : MissingTexts())
        withExtendedLifetime(element.document) {}
    }

    private mutating func write(_ tape: JSONTape, _ index: Int, _ missing: MissingTexts) {
        switch tape.kind(at: index) {
        case JSONTape.Kind.object: writeContainer(tape, index, isObject: true, missing)
        case JSONTape.Kind.array: writeContainer(tape, index, isObject: false, missing)
        case JSONTape.Kind.string: string(utf8: tape.string(at: index))
        case JSONTape.Kind.int: int(tape.int(at: index))
        case JSONTape.Kind.uint: int(tape.uint(at: index))
        case JSONTape.Kind.double: double(tape.double(at: index))
        case JSONTape.Kind.yes: bool(true)
        case JSONTape.Kind.no: bool(false)
        default: null()
        }
    }

    private mutating func writeContainer(_ tape: JSONTape, _ index: Int, isObject: Bool, _ missing: MissingTexts) {
        if isObject { beginObject() } else { beginArray() }
        var place = index + 1
        let end = tape.end(of: index)
        while place < end {
            if isObject {
                key(utf8: tape.string(at: place))
                place += 1
            }
            if isObject, !missing.isEmpty, tape.kind(at: place) == JSONTape.Kind.string, missing.contains(tape.string(at: place))
            {
                null()
            } else {
                write(tape, place, missing)
            }
            place = tape.next(after: place)
        }
        if isObject { endObject() } else { endArray() }
    }
}
