/// A type of the expression language as the checker knows it.
package indirect enum CELType: Hashable, Sendable {
    /// Anything: checked when it is evaluated.
    case dyn
    case null, bool, int, uint, double, string, bytes, timestamp, duration
    case list(CELType)
    case map(CELType, CELType)
    case optional(CELType)
    /// The type of types.
    case type(CELType)
    case object(ObjectType)
    /// A type variable of a function's signature, or one still to be deduced.
    case parameter(String)
    /// A named abstract or wrapper type, such as `wrapper(int)`.
    case abstract(String, [CELType])
    /// The type of what does not type-check.
    case error
}
