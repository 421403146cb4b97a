package import Language

extension Code {
    /// What a source may have wrong.
    package static let ofFetching: [Code] = [
        .badURL, .insecureURL, .unknownPaging, .badOrigin, .sourceNotYet, .secretInURL, .literalSecret, .missingSecret,
        .wrongAuth, .sinceNowhere, .filteredRecords, .wrongChild,
    ]
}
