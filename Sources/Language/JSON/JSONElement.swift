/// One element of a document: sixteen bytes, no copy.
package struct JSONElement: Sendable {
    package let document: JSONDocument
    /// The element's place on the tape.
    package let index: Int

    package init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    private var kind: UInt8 { document.tape.kind(at: index) }

    package var isObject: Bool { kind == JSONTape.Kind.object }
    package var isArray: Bool { kind == JSONTape.Kind.array }
    package var isString: Bool { kind == JSONTape.Kind.string }
    package var isNull: Bool { kind == JSONTape.Kind.null }

    /// How many elements an array or entries an object has (a key that stands twice counts twice); 0 for anything else.
    package var count: Int { document.tape.isContainer(at: index) ? document.tape.count(of: index) : 0 }

    /// How many words of the tape it takes: how large a copy would be, its texts aside.
    package var extent: Int { document.tape.next(after: index) - index }

    /// The bytes of a string, valid UTF-8, within the closure; nil for anything else.
    package func withString<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result? {
        guard isString else { return nil }
        defer { withExtendedLifetime(document) {} }
        return try body(document.tape.string(at: index))
    }

    /// The text of a string.
    package var string: String? { withString { String(decoding: $0, as: UTF8.self) } }

    /// The element itself; nil for null and for a text of the document's `missing` ones.
    package var value: Value? {
        switch kind {
        case JSONTape.Kind.null: nil
        case JSONTape.Kind.string where isMissing: nil
        default: plainValue
        }
    }

    private var isMissing: Bool {
        !document.missing.isEmpty && document.missing.contains(document.tape.string(at: index))
    }

    /// The element as a value, whatever it is: null is null, a missing text is a text. Containers stay in place.
    package var plainValue: Value {
        let tape = document.tape
        switch kind {
        case JSONTape.Kind.object: return .map(.json(self))
        case JSONTape.Kind.array: return .list(.json(self))
        case JSONTape.Kind.string: return .string(String(decoding: tape.string(at: index), as: UTF8.self))
        case JSONTape.Kind.int: return .int(tape.int(at: index))
        case JSONTape.Kind.uint: return .uint(tape.uint(at: index))
        case JSONTape.Kind.double: return .double(tape.double(at: index))
        case JSONTape.Kind.yes: return .bool(true)
        case JSONTape.Kind.no: return .bool(false)
        default: return .null
        }
    }

    /// The element at a key, whatever it is; nil where the key is absent or this is no object.
    package func find(_ key: UnsafeBufferPointer<UInt8>) -> JSONElement? {
        guard isObject else { return nil }
        return document.tape.find(key, in: index).map { JSONElement(document: document, index: $0) }
    }

    package func find(_ key: String) -> JSONElement? {
        var key = key
        return key.withUTF8 { find($0) }
    }

    /// The value at a key; nil where the key is absent, its value null, or one of the document's `missing` texts.
    package func value(forKey key: String) -> Value? { find(key)?.value }

    /// The element at a position; `index` is within 0 ..< count. Walks from the start: use `children()` for a loop.
    package func element(at position: Int) -> Value {
        guard isArray else { return .null }
        let tape = document.tape
        var place = index + 1
        for _ in 0..<position { place = tape.next(after: place) }
        return JSONElement(document: document, index: place).plainValue
    }

    /// The elements of an array in order, one step each; none for anything else.
    package func children() -> Elements { Elements(self) }

    /// The elements of an array as values; none for anything else.
    package func elements() -> [Value] { children().map(\.plainValue) }

    /// The keys of an object that have a value, in the order of the document, each once.
    package var keys: [String] {
        guard isObject else { return [] }
        if count > 32 { return manyKeys }
        let tape = document.tape
        var keys: [String] = []
        var place = index + 1
        let end = tape.end(of: index)
        while place < end {
            let isLast = tape.find(tape.string(at: place), in: index) == place + 1
            if isLast, JSONElement(document: document, index: place + 1).value != nil {
                keys.append(String(decoding: tape.string(at: place), as: UTF8.self))
            }
            place = tape.next(after: place + 1)
        }
        return keys
    }

    /// The same of a large object, where a search for every key would take its count squared.
    private var manyKeys: [String] {
        let tape = document.tape
        var all: [(text: String, place: Int)] = []
        var last: [TextKey: Int] = [:]
        var place = index + 1
        let end = tape.end(of: index)
        while place < end {
            let text = String(decoding: tape.string(at: place), as: UTF8.self)
            all.append((text, place))
            last[TextKey(text: text)] = place
            place = tape.next(after: place + 1)
        }
        return all.filter { key in
            last[TextKey(text: key.text)] == key.place && JSONElement(document: document, index: key.place + 1).value != nil
        }.map(\.text)
    }

    /// A copy that owns its memory and no longer needs the document. Nulls and missing texts of objects are left out.
    package func detached() -> Value {
        if isObject {
            var entries: [(key: Value, value: Value)] = []
            for key in keys {
                if let element = find(key) { entries.append((.string(key), element.detached())) }
            }
            return .map(.entries(MapEntries(entries)))
        }
        if isArray { return .list(.array(children().map { $0.detached() })) }
        return plainValue
    }

    /// The elements of an array, one step each.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        private let document: JSONDocument
        private var place: Int
        private let end: Int

        init(_ element: JSONElement) {
            document = element.document
            place = element.index + 1
            end = element.isArray ? element.document.tape.end(of: element.index) : place
        }

        package mutating func next() -> JSONElement? {
            guard place < end else { return nil }
            defer { place = document.tape.next(after: place) }
            return JSONElement(document: document, index: place)
        }
    }
}
