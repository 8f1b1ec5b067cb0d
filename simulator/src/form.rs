//! Form and query parameters, with repetitions noticed.

/// Parameters in the order in which they came.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The first name that stands twice.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let names = self.0.iter().enumerate();
        let mut repeated = names.filter(|(at, (name, _))| self.0[..*at].iter().any(|(earlier, _)| earlier == name));
        repeated.next().map(|(_, (name, _))| name.as_str())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Names and values as a query.
pub(crate) fn encode(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
