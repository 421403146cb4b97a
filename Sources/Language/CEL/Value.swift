/// A value of the Common Expression Language (https://github.com/google/cel-spec), and what every field of a record holds.
///
/// Absence is not a value: what may be absent is a `Value?`. JSON documents and records are not copied into values; they
/// are read where they lie, through `JSONElement`, `MapSource`, `ListSource` and `ObjectSource`.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list(ListValue)
    case map(MapValue)
    case timestamp(Instant)
    case duration(Duration)
    case type(CELType)
    case optional(OptionalValue)
    case object(ObjectValue)
}

/// A list: owned elements, a JSON array in place, or elements that somebody else keeps.
package enum ListValue: Sendable {
    case array([Value])
    case json(JSONElement)
    case source(any ListSource)
}

/// A map: owned entries, a JSON object in place, or entries that somebody else keeps.
package enum MapValue: Sendable {
    case entries(MapEntries)
    case json(JSONElement)
    case source(any MapSource)
}

/// Elements kept elsewhere, such as the events of a record or the rows of a group.
package protocol ListSource: AnyObject, Sendable {
    var count: Int { get }
    /// `index` is within 0 ..< count.
    func element(at index: Int) throws(EvaluationError) -> Value
}

/// Entries with text keys kept elsewhere, such as a CSV row or a record's attributes.
package protocol MapSource: AnyObject, Sendable {
    /// The keys that have a value, in their own order.
    var keys: [String] { get }
    /// Nil where the key is absent; throws where there is something that could not be read.
    func value(forKey key: String) throws(EvaluationError) -> Value?
}

/// An optional of CEL: `optional.of(x)` or `optional.none()`.
package final class OptionalValue: Sendable {
    package let value: Value?
    package init(_ value: Value?) { self.value = value }
    package static let none = OptionalValue(nil)
}

/// A value with declared fields: a record, its customer, an event, an actor. Sixteen bytes: the fields are read through
/// the source that keeps them.
package struct ObjectValue: Sendable {
    package let source: ObjectSource
    /// Which of the source's object types this is: an index into `ObjectSource.types`.
    package let kind: Int32
    /// Which object of that type, such as the index of an event.
    package let index: Int32

    package init(source: ObjectSource, kind: Int32, index: Int32 = 0) {
        self.source = source
        self.kind = kind
        self.index = index
    }
}

/// What keeps objects and reads their fields, through a function of the room that has objects to show (a package's class
/// cannot be subclassed in another module).
package final class ObjectSource: Sendable {
    /// The types of the objects kept here; `ObjectValue.kind` is an index into it.
    package let types: [ObjectType]
    private let read: @Sendable (Int, ObjectValue) throws(EvaluationError) -> Value?

    /// `read` gives the value of a field by its number in the type: nil where it is absent; it throws where it is unreadable.
    package init(types: [ObjectType], read: @escaping @Sendable (Int, ObjectValue) throws(EvaluationError) -> Value?) {
        self.types = types
        self.read = read
    }

    /// The value of a field by its number in the type. Nil where it is absent; throws where it is unreadable.
    package func value(ofField field: Int, of object: ObjectValue) throws(EvaluationError) -> Value? {
        try read(field, object)
    }
}

/// The declared fields of a kind of object, as the checker sees them.
package final class ObjectType: Sendable, Hashable {
    package struct Field: Sendable {
        package let name: String
        package let type: CELType
        package init(_ name: String, _ type: CELType) {
            self.name = name
            self.type = type
        }
    }

    package let name: String
    /// A field's number is its index here.
    package let fields: [Field]
    private let numbers: [String: Int]

    package init(_ name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
        numbers = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func number(of field: String) -> Int? { numbers[field] }

    package static func == (a: ObjectType, b: ObjectType) -> Bool { a === b }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
