import Language

extension ServiceRecord {
    /// All of a record in compact bytes, values of their own types included, for a temporary file. Symbols are those of
    /// the plan at hand.
    package var compactBytes: [UInt8] {
        var writer = CompactWriter()
        writer.text(partner)
        writer.text(id)
        writer.optional(kind)
        writer.optional(function)
        writer.optional(opened)
        writer.optional(closed)
        writer.optional(updated)
        writer.optional(severity)
        for text in [customer.id, customer.name, customer.tier, customer.region, customer.preferredChannel, owner] {
            writer.optional(text)
        }
        writer.attributes(attributes)
        writer.number(events.count)
        for event in events { writer.event(event) }
        writer.number(unreadable.count)
        for field in unreadable {
            writer.text(field.path)
            writer.number(field.event ?? -1)
            writer.text(field.why)
        }
        writer.text(provenance.source)
        writer.number(provenance.page)
        writer.text(provenance.pointer)
        writer.number(provenance.sequence)
        return writer.bytes
    }

    package init(compactBytes: [UInt8]) throws(RowDecodingError) {
        var reader = CompactReader(compactBytes)
        self.init(
            partner: try reader.text(), id: try reader.text(),
            provenance: Provenance(source: "", page: 0, pointer: "", sequence: 0))
        kind = try reader.optionalText()
        function = try reader.optionalText()
        opened = try reader.optionalInstant()
        closed = try reader.optionalInstant()
        updated = try reader.optionalInstant()
        severity = try reader.optionalText()
        customer.id = try reader.optionalText()
        customer.name = try reader.optionalText()
        customer.tier = try reader.optionalText()
        customer.region = try reader.optionalText()
        customer.preferredChannel = try reader.optionalText()
        owner = try reader.optionalText()
        attributes = try reader.attributes()
        let count = try reader.count()
        events.reserveCapacity(count)
        for _ in 0..<count { events.append(try reader.event()) }
        for _ in 0..<(try reader.count()) {
            let path = try reader.text()
            let event = try reader.number()
            unreadable.insert(UnreadableField(path, event: event < 0 ? nil : event, why: try reader.text()))
        }
        provenance.source = try reader.text()
        provenance.page = try reader.number()
        provenance.pointer = try reader.text()
        provenance.sequence = try reader.number()
    }
}

extension CompactWriter {
    fileprivate mutating func event(_ event: Event) {
        instant(event.at)
        text(event.activity)
        number(Int(event.symbol))
        for text in [event.actorID, event.actorRole, event.party?.rawValue, event.channel, event.text] { optional(text) }
        attributes(event.attributes)
    }

    fileprivate mutating func attributes(_ attributes: Attributes) {
        number(attributes.entries.count)
        for (name, value) in attributes.entries {
            text(name)
            self.value(value)
        }
    }

    /// A letter for the type, and what it holds. Attributes own their values: what is read in place is none of them.
    private mutating func value(_ value: Value) {
        switch value.owned {
        case .bool(let flag): letter(flag ? "t" : "f")
        case .int(let number):
            letter("i")
            self.number(Int(number))
        case .uint(let number):
            letter("u")
            self.number(Int(bitPattern: UInt(number)))
        case .double(let number):
            letter("d")
            self.number(Int(bitPattern: UInt(number.bitPattern)))
        case .string(let text):
            letter("s")
            self.text(text)
        case .bytes(let bytes):
            letter("b")
            number(bytes.count)
            for byte in bytes { self.byte(byte) }
        case .timestamp(let instant):
            letter("@")
            self.instant(instant)
        case .duration(let duration):
            letter("p")
            number(Int(duration.components.seconds))
            number(Int(duration.components.attoseconds))
        case .list(.array(let values)):
            letter("[")
            number(values.count)
            for value in values { self.value(value) }
        case .map(.entries(let map)):
            letter("{")
            number(map.entries.count)
            for entry in map.entries {
                self.value(entry.key)
                self.value(entry.value)
            }
        case .optional(let optional):
            letter(optional.value == nil ? "-" : "?")
            if let inner = optional.value { self.value(inner) }
        case .null, .list, .map, .type, .object: letter("n")
        }
    }

    private mutating func letter(_ letter: Unicode.Scalar) { byte(UInt8(truncatingIfNeeded: letter.value)) }
}

extension CompactReader {
    fileprivate mutating func event() throws(RowDecodingError) -> Event {
        var event = Event(
            at: try instant(), activity: try text(), symbol: Symbol(truncatingIfNeeded: try number()))
        event.actorID = try optionalText()
        let role = try optionalText()
        event.party = try optionalText().flatMap(Party.init)
        event.details = EventDetails(
            role: role, channel: try optionalText(), text: try optionalText(), attributes: try attributes())
        return event
    }

    fileprivate mutating func attributes() throws(RowDecodingError) -> Attributes {
        var attributes = Attributes()
        for _ in 0..<(try count()) { attributes.set(try text(), try value()) }
        return attributes
    }

    private mutating func value() throws(RowDecodingError) -> Value {
        switch Unicode.Scalar(try byte()) {
        case "n": return .null
        case "t": return .bool(true)
        case "f": return .bool(false)
        case "i": return .int(Int64(try number()))
        case "u": return .uint(UInt64(UInt(bitPattern: try number())))
        case "d": return .double(Double(bitPattern: UInt64(UInt(bitPattern: try number()))))
        case "s": return .string(try text())
        case "b":
            var bytes: [UInt8] = []
            for _ in 0..<(try count()) { bytes.append(try byte()) }
            return .bytes(bytes)
        case "@": return .timestamp(try instant())
        case "p":
            let seconds = try number()
            return .duration(Duration(secondsComponent: Int64(seconds), attosecondsComponent: Int64(try number())))
        case "[":
            var values: [Value] = []
            for _ in 0..<(try count()) { values.append(try value()) }
            return .list(.array(values))
        case "{":
            var entries: [(key: Value, value: Value)] = []
            for _ in 0..<(try count()) { entries.append((key: try value(), value: try value())) }
            return .map(.entries(MapEntries(entries)))
        case "-": return .optional(.none)
        case "?": return .optional(OptionalValue(try value()))
        default: throw RowDecodingError()
        }
    }
}
