extension FunctionTable {
    static let times: [Function] =
        [
            part("getFullYear", "the year") { $0.date.year },
            part("getMonth", "the month, 0 is January") { $0.date.month - 1 },
            part("getDate", "the day of the month, 1 is the first") { $0.date.day },
            part("getDayOfMonth", "the day of the month, 0 is the first") { $0.date.day - 1 },
            part("getDayOfWeek", "the day of the week, 0 is Sunday") { $0.date.dayOfWeek },
            part("getDayOfYear", "the day of the year, 0 is 1 January") { $0.date.dayOfYear },
            part("getHours", "the hour; of a duration all its hours", length: 3600) { $0.hour },
            part("getMinutes", "the minute; of a duration all its minutes", length: 60) { $0.minute },
            part("getSeconds", "the second; of a duration all its seconds", length: 1) { $0.second },
            part("getMilliseconds", "the milliseconds within the second", length: 0) { $0.nanosecond / 1_000_000 },
        ].flatMap { $0 }

    /// What CEL does not have: the times that partners write.
    static let own: [Function] = [
        Function(
            "parseTime", "(string, string, string) -> timestamp",
            doc: "reads a text by a strptime format; the zone counts where the text has no offset",
            .ternary { text, format, zone throws(EvaluationError) in
                let (format, zone) = try Times.reader(format, zone)
                return try Times.parse(text, format, zone)
            }),
        Function(
            "tryTime", "(string, string, string) -> optional(timestamp)",
            doc: "as parseTime, none where the text does not fit the format",
            .ternary { text, format, zone throws(EvaluationError) in
                let (format, zone) = try Times.reader(format, zone)
                return try Times.tryParse(text, format, zone)
            }),
    ]

    /// A part of a time: in UTC, in a zone, and of a duration where `length` (in seconds) says so.
    private static func part(
        _ name: String, _ doc: String, length: Int64? = nil, _ part: @escaping @Sendable (CivilTime) -> Int
    ) -> [Function] {
        let inUTC: @Sendable (Value) throws(EvaluationError) -> Value = { value throws(EvaluationError) in
            switch value {
            case .timestamp(let instant): return .int(Int64(part(CivilTime(instant, .utc))))
            case .duration(let duration):
                guard let length else { throw .noSuchOverload }
                let (seconds, attoseconds) = duration.components
                return .int(length == 0 ? attoseconds / 1_000_000_000_000_000 : seconds / length)
            default: throw .noSuchOverload
            }
        }
        let inZone: @Sendable (Value, Value) throws(EvaluationError) -> Value = { value, zone throws(EvaluationError) in
            guard case .timestamp(let instant) = value, case .string(let name) = zone else { throw .noSuchOverload }
            return .int(Int64(part(CivilTime(instant, try Times.zone(name)))))
        }
        let plain =
            length == nil
            ? Function(name, method: true, "(timestamp) -> int", doc: doc + ", in UTC", .unary(inUTC))
            : Function(name, method: true, "(timestamp) -> int", "(duration) -> int", doc: doc + ", in UTC", .unary(inUTC))
        return [
            plain,
            Function(name, method: true, "(timestamp, string) -> int", doc: doc + ", in a time zone", .binary(inZone)),
        ]
    }
}

/// Functions of time.
enum Times {
    static func zone(_ name: String) throws(EvaluationError) -> Zone {
        guard let zone = Zone(name) else { throw EvaluationError(.other, "unknown time zone '\(name.prefix(60))'") }
        return zone
    }

    static func reader(_ format: Value, _ zone: Value) throws(EvaluationError) -> (TimeFormat, Zone) {
        guard case .string(let format) = format, case .string(let zone) = zone else { throw .noSuchOverload }
        switch TimeFormat.parse(format) {
        case .success(let format): return (format, try Times.zone(zone))
        case .failure(let problem): throw EvaluationError(.other, problem.message)
        }
    }

    static func parse(_ text: Value, _ format: TimeFormat, _ zone: Zone) throws(EvaluationError) -> Value {
        guard case .string(let text) = text else { throw .noSuchOverload }
        guard let instant = format.read(text, zone: zone) else {
            throw EvaluationError(.other, "invalid time '\(text.prefix(60))': not of the form '\(format.text)'")
        }
        return .timestamp(instant)
    }

    static func tryParse(_ text: Value, _ format: TimeFormat, _ zone: Zone) throws(EvaluationError) -> Value {
        guard case .string(let text) = text else { throw .noSuchOverload }
        return .optional(format.read(text, zone: zone).map { OptionalValue(.timestamp($0)) } ?? .none)
    }
}
